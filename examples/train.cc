// Trains a network on the digits that ramp draws, says how good and how healthy it is, and writes the model file.
#include <cstdio>

#include "ramp/ramp.h"

int main() {
  const ramp::TrainingData data = ramp::ReadTrainingData({});  // or {.path = "table.csv", .target = "price"}
  const ramp::Encoding& encoding = data.examples.encoding;
  ramp::Network network("dense 128, relu, dense 64, relu, dense", encoding.shape, encoding.outputs());
  const ramp::TrainingOptions options{.epochs = 5};
  ramp::Trainer trainer(network, data, options);
  ramp::Doctor doctor(network, data, options);
  trainer.Watch(doctor);
  const ramp::TrainingResult result = trainer.Run();
  std::printf("accuracy on new digits: %.3f\n", trainer.Test().score);
  for (const ramp::Finding& finding : doctor.Report(result).findings) {
    std::puts(finding.what.c_str());
  }
  ramp::WriteModel("digits.onnx", network, {{ramp::kEncodingKey, encoding.ToJson()}});
}
