// For tests: small data sets whose answer is known.
#ifndef RAMP_TRAINING_TEST_DATA_H_
#define RAMP_TRAINING_TEST_DATA_H_

#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/data/source.h"

namespace ramp {

// `rows` points of `inputs` normal values. A classification asks in which of three rings around the origin a point
// lies, a regression for the sum of the absolute values; neither is linear. The last fifth is for the test, the fifth
// before it for validation.
inline TrainingData MakeRings(size_t rows, size_t inputs, Task task, uint64_t seed) {
  TrainingData data;
  data.name = "rings";
  Dataset& examples = data.examples;
  examples.rows = rows;
  examples.encoding.shape = {inputs};
  examples.encoding.task = task;
  if (task == Task::kClassification) examples.encoding.labels = {"inner", "middle", "outer"};
  Random random(seed);
  std::vector<float> values(rows * inputs);
  for (float& value : values) value = static_cast<float>(random.Normal());
  for (size_t row = 0; row < rows; ++row) {
    double square = 0, sum = 0;
    for (size_t i = 0; i < inputs; ++i) {
      const double value = static_cast<double>(values[row * inputs + i]);
      square += value * value;
      sum += std::abs(value);
    }
    const double radius = std::sqrt(square / static_cast<double>(inputs));
    if (task == Task::kClassification) {
      examples.labels.push_back(radius < 0.7 ? 0 : radius < 1.1 ? 1 : 2);
    } else {
      examples.values.push_back(static_cast<float>(sum / static_cast<double>(inputs) - 0.8));
    }
  }
  examples.inputs = std::move(values);
  for (uint32_t row = 0; row < rows; ++row) {
    (row < rows * 3 / 5 ? data.training : row < rows * 4 / 5 ? data.validation : data.test).push_back(row);
  }
  return data;
}

}  // namespace ramp

#endif  // RAMP_TRAINING_TEST_DATA_H_
