#include "ramp/training/prediction.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/kernel/softmax.h"
#include "ramp/network/plan.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

constexpr size_t kBatch = 256;

}  // namespace

std::vector<float> Predict(const Network& network, const Dataset& data) {
  const Encoding& encoding = data.encoding;
  const size_t outputs = encoding.outputs();
  if (network.input_shape().count() != encoding.shape.count() || network.output_shape().count() != outputs) {
    throw Error(fmt::format("the model's network goes from {} to {}, but its data from {} to {}: the file is damaged",
                            network.input_shape().text(), network.output_shape().text(), encoding.shape.text(),
                            outputs));
  }
  std::vector<float> answers(data.rows * outputs);
  if (data.rows == 0) return answers;
  const std::vector<uint32_t> all = AllRows(data);
  Plan plan(network, std::min(kBatch, data.rows), PlanMode::kInference);
  for (size_t begin = 0; begin < data.rows; begin += plan.batch()) {
    const size_t rows = std::min(plan.batch(), data.rows - begin);
    data.Gather(std::span(all).subspan(begin, rows), plan.input().data());
    plan.Forward();
    float* out = answers.data() + begin * outputs;
    if (encoding.task == Task::kClassification) {
      Softmax(plan.output().data(), rows, outputs, out, nullptr);
    } else {
      std::transform(plan.output().data(), plan.output().data() + rows, out, [&](float value) {
        return static_cast<float>(static_cast<double>(value) * encoding.target_deviation + encoding.target_mean);
      });
    }
  }
  return answers;
}

}  // namespace ramp
