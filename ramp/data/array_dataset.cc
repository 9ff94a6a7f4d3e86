#include "ramp/data/array_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// A picture without channels has one: the last axis is always the units.
Shape ShapeOf(const RawArray& inputs) {
  std::vector<size_t> sizes(inputs.sizes.begin() + 1, inputs.sizes.end());
  if (sizes.empty() || sizes.size() == 2) sizes.push_back(1);
  return Shape(std::move(sizes));
}

// Whether the examples have `shape` once their channels, which stand in front, are moved behind the places.
bool HasChannelsFirst(const RawArray& inputs, const Shape& shape) {
  std::vector<size_t> sizes(inputs.sizes.begin() + 1, inputs.sizes.end());
  if (sizes.size() < 2 || ShapeOf(inputs) == shape) return false;
  std::rotate(sizes.begin(), sizes.begin() + 1, sizes.end());
  return Shape(std::move(sizes)) == shape;
}

// Columns of a table differ in kind, the values of a picture do not.
size_t PairsOf(const RawArray& inputs, const Shape& shape) { return inputs.sizes.size() <= 2 ? shape.count() : 1; }

void CheckPair(const ArrayPair& pair) {
  const RawArray& inputs = pair.inputs;
  CheckRowCount(inputs.name, inputs.rows());
  if (!pair.targets) return;
  const RawArray& targets = *pair.targets;
  const bool column = targets.sizes.size() == 1 || (targets.sizes.size() == 2 && targets.sizes[1] == 1);
  if (!column) {
    throw Error(
        fmt::format("{}: has the sizes {}: one target for each row is needed (of one-hot labels keep the place of "
                    "the 1: y.argmax(1))",
                    targets.name, SizesText(targets.sizes)));
  }
  if (targets.rows() != inputs.rows()) {
    throw Error(fmt::format("{}: has {} targets, but {} has {} rows: the two files do not belong together",
                            targets.name, targets.rows(), inputs.name, inputs.rows()));
  }
}

struct Moments {
  double sum = 0, squares = 0, count = 0;
  double mean() const { return sum / count; }
  double deviation() const {
    // Rounding leaves a little of what should be nothing; one value in all rows keeps its scale.
    const double variance = squares / count - mean() * mean();
    return variance > 1e-12 * (1e-30 + squares / count) ? std::sqrt(variance) : 1;
  }
};

// Bytes are counted first: sums over 256 counts are exact and fast.
Moments MomentsOfBytes(const std::vector<uint8_t>& values, size_t count, std::span<const uint32_t> rows) {
  std::array<uint64_t, 256> counts{};
  for (const uint32_t row : rows) {
    const uint8_t* from = values.data() + row * count;
    for (size_t i = 0; i < count; ++i) ++counts[from[i]];
  }
  Moments moments;
  for (size_t value = 0; value < counts.size(); ++value) {
    const double times = static_cast<double>(counts[value]);
    const double v = static_cast<double>(value);
    moments.sum += times * v;
    moments.squares += times * v * v;
    moments.count += times;
  }
  return moments;
}

// Two passes, as the squares of large numbers would swallow a small deviation.
template <class T>
void FitPairs(const std::vector<T>& values, size_t count, std::span<const uint32_t> rows, size_t pairs,
              Encoding& encoding) {
  std::vector<double> mean(pairs, 0), variance(pairs, 0), largest(pairs, 0);
  const double n = static_cast<double>(rows.size()) * static_cast<double>(count / pairs);
  for (const uint32_t row : rows) {
    for (size_t i = 0; i < count; ++i) {
      const double value = static_cast<double>(values[row * count + i]);
      double& most = largest[i % pairs];
      mean[i % pairs] += value;
      most = std::max(most, std::abs(value));
    }
  }
  for (double& sum : mean) sum /= n;
  for (const uint32_t row : rows) {
    for (size_t i = 0; i < count; ++i) {
      const size_t j = i % pairs;
      const double distance = static_cast<double>(values[row * count + i]) - mean[j];
      variance[j] += distance * distance;
    }
  }
  for (size_t j = 0; j < pairs; ++j) {
    encoding.mean.push_back(static_cast<float>(mean[j]));
    encoding.deviation.push_back(static_cast<float>(UsableDeviation(std::sqrt(variance[j] / n), largest[j])));
  }
}

Dataset Base(ArrayPair& pair, const Encoding& encoding) {
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = pair.inputs.rows();
  dataset.inputs = ToInputs(std::move(pair.inputs));
  return dataset;
}

// The classes of `integers` in order, as names.
std::vector<std::string> ClassNames(const std::vector<int64_t>& integers) {
  const std::set<int64_t> different(integers.begin(), integers.end());
  std::vector<std::string> names;
  for (const int64_t value : different) names.push_back(std::to_string(value));
  return names;
}

// Whether all targets are known classes; if not, `unknown` is the first that is none.
bool LabelsOf(const RawArray& targets, const Encoding& encoding, std::vector<int32_t>& labels, std::string& unknown) {
  const LabelIndex index(encoding.labels);
  for (const int64_t value : ToIntegers(targets)) {
    const std::string name = std::to_string(value);
    const std::optional<int32_t> label = index.Find(name);
    if (!label) {
      unknown = fmt::format("{}: row {}: ", targets.name, labels.size()) + "'" + name + "'";
      labels.clear();
      return false;
    }
    labels.push_back(*label);
  }
  return true;
}

}  // namespace

void FitInputs(const InputValues& inputs, size_t inputs_per_row, size_t pairs, std::span<const uint32_t> training,
               Encoding& encoding) {
  encoding.mean.clear();
  encoding.deviation.clear();
  const auto* bytes = std::get_if<std::vector<uint8_t>>(&inputs);
  if (bytes == nullptr) {
    FitPairs(std::get<std::vector<float>>(inputs), inputs_per_row, training, pairs, encoding);
  } else if (pairs > 1) {
    FitPairs(*bytes, inputs_per_row, training, pairs, encoding);
  } else {
    const Moments moments = MomentsOfBytes(*bytes, inputs_per_row, training);
    encoding.mean = {static_cast<float>(moments.mean())};
    encoding.deviation = {static_cast<float>(moments.deviation())};
  }
}

void Standardise(const std::string& name, InputValues& inputs, const Encoding& encoding) {
  auto* values = std::get_if<std::vector<float>>(&inputs);
  if (values == nullptr) return;
  const size_t pairs = encoding.mean.size();
  const size_t count = encoding.shape.count();
  for (size_t i = 0; i < values->size(); ++i) {
    const size_t j = i % pairs;
    float& value = (*values)[i];
    const float raw = value;
    value = (raw - encoding.mean[j]) / encoding.deviation[j];
    if (!std::isfinite(value)) {
      throw Error(
          fmt::format("{}: row {}, value {}: {} is too far from the training values (mean {}, deviation {}): check it",
                      name, i / count, i % count, raw, encoding.mean[j], encoding.deviation[j]));
    }
  }
}

Dataset FitArrays(ArrayPair pair, std::optional<Task> task, std::span<const uint32_t> training) {
  CheckPair(pair);
  const RawArray& targets = *pair.targets;
  const std::string name = pair.inputs.name;
  Encoding encoding;
  encoding.shape = ShapeOf(pair.inputs);
  const size_t pairs = PairsOf(pair.inputs, encoding.shape);
  Dataset dataset;
  encoding.task = task.value_or(IsInteger(targets.type) ? Task::kClassification : Task::kRegression);
  if (encoding.task == Task::kClassification) {
    const std::vector<int64_t> integers = ToIntegers(targets);
    encoding.labels = ClassNames(integers);
    CheckClasses(targets.name, encoding.labels.size(), integers.size(),
                 "store them as float32 if they are numbers to predict");
    std::string unknown;
    std::vector<int32_t> labels;
    LabelsOf(targets, encoding, labels, unknown);
    dataset = Base(pair, encoding);
    dataset.labels = std::move(labels);
    CheckTrainingClasses(targets.name, dataset.labels, encoding.labels, training, dataset.notes);
  } else {
    const std::vector<double> values = ToReals(targets);
    FitTarget(targets.name, values, training, encoding);
    dataset = Base(pair, encoding);
    dataset.values = StandardisedTarget(targets.name, values, encoding);
  }
  FitInputs(dataset.inputs, encoding.shape.count(), pairs, training, dataset.encoding);
  Standardise(name, dataset.inputs, dataset.encoding);
  return dataset;
}

Dataset EncodeArrays(ArrayPair pair, const Encoding& encoding, bool needs_targets) {
  const std::string name = pair.inputs.name;
  if (encoding.mean.empty() || encoding.sound) {
    throw Error(
        fmt::format("{}: holds arrays, but the model was trained on {}: give such data", name, encoding.Wanted()));
  }
  CheckPair(pair);
  const bool channels_first = HasChannelsFirst(pair.inputs, encoding.shape);
  if (channels_first) MoveChannelsLast(pair.inputs);
  const Shape shape = ShapeOf(pair.inputs);
  if (shape != encoding.shape) {
    throw Error(
        fmt::format("{}: its examples have the shape {}, but the model takes {}: bring them to that shape first", name,
                    shape.text(), encoding.shape.text()));
  }
  const std::optional<RawArray> targets = std::move(pair.targets);
  Dataset dataset = Base(pair, encoding);
  if (channels_first) dataset.notes.push_back(fmt::format("{}: its examples have the channels first", name));
  Standardise(name, dataset.inputs, encoding);
  if (!targets) {
    if (needs_targets) throw Error(fmt::format("{}: has no targets beside it: a test needs them", name));
    return dataset;
  }
  if (encoding.task == Task::kRegression) {
    dataset.values = StandardisedTarget(targets->name, ToReals(*targets), encoding);
    return dataset;
  }
  std::string unknown;
  if (LabelsOf(*targets, encoding, dataset.labels, unknown)) return dataset;
  const std::string problem = fmt::format("{} is no class of the training data", unknown);
  if (needs_targets) throw Error(problem + ": correct it or leave the row out");
  dataset.notes.push_back(problem + ": the targets are not used");
  return dataset;
}

}  // namespace ramp
