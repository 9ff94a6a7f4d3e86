// Trains a network on the digits that ramp draws, says how good and how healthy it is, and writes the model file.
#include <cstdio>

#include "ramp/ramp.h"

int main() {
  const ramp::TrainingData data = ramp::ReadTrainingData({});  // or {.path = "table.csv", .target = "price"}
  const ramp::Encoding& encoding = data.examples.encoding;
  ramp::Network network("dense 128, relu, dense 64, relu, dense", encoding.shape, encoding.outputs());
  ramp::Trainer trainer(network, data, {.epochs = 5});
  ramp::HealthRecorder health;
  trainer.Watch(health);
  const ramp::TrainingResult result = trainer.Run();
  std::printf("accuracy on new digits: %.3f\n", trainer.Test().score);
  for (const ramp::Finding& finding : health.Report(network, data, result.best_epoch).findings) {
    std::puts(finding.what.c_str());
  }
  ramp::WriteModel("digits.onnx", network, {{ramp::kEncodingKey, encoding.ToJson()}});
}
