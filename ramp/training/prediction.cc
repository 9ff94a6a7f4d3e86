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

std::vector<float> Outputs(const Network& network, const Dataset& data) {
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
    std::ranges::copy(plan.output().first(rows * outputs), answers.begin() + static_cast<ptrdiff_t>(begin * outputs));
  }
  return answers;
}

std::vector<float> Predict(const Network& network, const Dataset& data) {
  const Encoding& encoding = data.encoding;
  std::vector<float> answers = Outputs(network, data);
  if (encoding.task == Task::kClassification) {
    if (data.rows > 0) Softmax(answers.data(), data.rows, encoding.outputs(), answers.data(), nullptr);
    return answers;
  }
  for (float& answer : answers) {
    answer = static_cast<float>(static_cast<double>(answer) * encoding.target_deviation + encoding.target_mean);
  }
  return answers;
}

}  // namespace ramp
