#include "ramp/health/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/health/probe.h"
#include "ramp/network/plan.h"
#include "ramp/training/model_outputs.h"
#include "ramp/training/prediction.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

constexpr size_t kBatch = 256;
constexpr size_t kMostColumns = 1024;
constexpr double kUnused = 1e-3;    // of the outputs' deviation
constexpr double kRounding = 1e-5;  // of the largest output
constexpr size_t kBins = 15;

// Calls see(plan, rows) after each forward over some rows of the data.
template <class See>
void RunOver(const Network& network, const Dataset& data, PlanMode mode, const See& see) {
  const std::vector<uint32_t> all = AllRows(data);
  const size_t batch = BatchForExamining(network, std::min(kBatch, all.size()));
  Plan plan(network, batch, mode);
  for (size_t begin = 0; begin < all.size(); begin += batch) {
    const auto rows = std::span(all).subspan(begin, std::min(batch, all.size() - begin));
    data.Gather(rows, plan.input().data());
    plan.Forward();
    see(plan, rows);
  }
}

// The node whose value shows a layer's units: the activation behind it, or itself.
size_t ShownBy(const Network& network, size_t node) {
  const Node& layer = network.nodes()[node];
  if (layer.readers.size() != 1) return node;
  const size_t reader = layer.readers[0];
  return network.nodes()[reader].layer->activation() != nullptr ? reader : node;
}

// By layer and unit: whether it gives 0 on every row.
std::vector<std::vector<bool>> SilentUnits(const Network& network, const Dataset& data) {
  const std::vector<size_t> nodes = LayerNodes(network);
  std::vector<std::vector<bool>> silent;
  for (const size_t node : nodes) {
    silent.emplace_back(network.nodes()[ShownBy(network, node)].output_shape.units(), true);
  }
  RunOver(network, data, PlanMode::kExamine, [&](const Plan& plan, std::span<const uint32_t> rows) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      const size_t node = ShownBy(network, nodes[i]);
      const std::span<const float> values = plan.value(node);
      const size_t units = silent[i].size(), count = rows.size() * network.nodes()[node].output_shape.count();
      if (values.empty()) {
        silent[i].assign(units, false);
        continue;
      }
      for (size_t v = 0; v < count; ++v) {
        if (values[v] != 0) silent[i][v % units] = false;
      }
    }
  });
  return silent;
}

// By layer: units whose values on the first rows repeat those of an earlier unit (and are not 0).
std::vector<size_t> CountDuplicates(const Network& network, const Dataset& data) {
  const std::vector<size_t> nodes = LayerNodes(network);
  std::vector<size_t> counts(nodes.size(), 0);
  bool first = true;
  RunOver(network, data, PlanMode::kExamine, [&](const Plan& plan, std::span<const uint32_t> rows) {
    if (!std::exchange(first, false)) return;
    for (size_t i = 0; i < nodes.size(); ++i) {
      const size_t node = ShownBy(network, nodes[i]);
      const Shape& shape = network.nodes()[node].output_shape;
      const size_t units = shape.units(), values = rows.size() * shape.count();
      if (plan.value(node).empty() || rows.size() < 2) continue;
      std::map<std::vector<float>, size_t> seen;
      for (size_t unit = 0; unit < units; ++unit) {
        std::vector<float> column;
        for (size_t v = unit; v < values; v += units) column.push_back(plan.value(node)[v]);
        const bool silent = std::all_of(column.begin(), column.end(), [](float value) { return value == 0; });
        if (!silent && ++seen[column] > 1) ++counts[i];
      }
    }
  });
  return counts;
}

std::vector<size_t> UnusedColumns(const Network& network, const Dataset& data) {
  const size_t columns = data.encoding.shape.count(), rows = std::min(data.rows, kBatch);
  std::vector<uint32_t> some = AllRows(data);
  some.resize(rows);
  Plan plan(network, rows, PlanMode::kInference);
  std::vector<float> inputs(rows * columns);
  data.Gather(some, inputs.data());
  const auto outputs_for = [&](const std::vector<float>& values) {
    std::copy(values.begin(), values.end(), plan.input().begin());
    plan.Forward();
    return std::vector<float>(plan.output().begin(), plan.output().end());
  };
  const std::vector<float> whole = outputs_for(inputs);
  double sum = 0, square = 0;
  for (const float output : whole) {
    sum += static_cast<double>(output);
    square += static_cast<double>(output) * static_cast<double>(output);
  }
  const auto count = static_cast<double>(whole.size());
  const double deviation = std::sqrt(std::max(0.0, square / count - sum * sum / count / count));
  std::vector<size_t> unused;
  for (size_t column = 0; column < columns; ++column) {
    double mean = 0;
    for (size_t row = 0; row < rows; ++row) mean += static_cast<double>(inputs[row * columns + column]);
    std::vector<float> changed = inputs;
    for (size_t row = 0; row < rows; ++row) {
      changed[row * columns + column] = static_cast<float>(mean / static_cast<double>(rows));
    }
    const std::vector<float> without = outputs_for(changed);
    double largest = 0;
    for (size_t i = 0; i < whole.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(whole[i]) - static_cast<double>(without[i])));
    }
    if (largest <= kUnused * deviation) unused.push_back(column);
  }
  return unused;
}

void Calibrate(const Network& network, const Dataset& data, bool gives_logits, Diagnosis& diagnosis) {
  std::vector<float> answers = Outputs(network, data);
  const OutputMeaning meaning = gives_logits ? OutputMeaning::kLogits : GuessOutputMeaning(network, answers);
  if (meaning == OutputMeaning::kMultiLabel || meaning == OutputMeaning::kValues) return;
  const size_t classes = data.encoding.outputs();
  TurnToAnswers(meaning, classes, answers);
  struct Bin {
    double rows = 0, right = 0, confidence = 0;
  };
  std::array<Bin, kBins> bins;
  double right = 0, error = 0;
  for (size_t row = 0; row < data.rows; ++row) {
    const auto answer = std::span(answers).subspan(row * classes, classes);
    const auto best = std::max_element(answer.begin(), answer.end());
    const auto confidence = static_cast<double>(*best);
    Bin& bin = bins[std::min(static_cast<size_t>(confidence * kBins), kBins - 1)];
    const bool is_right = best - answer.begin() == data.labels[row];
    ++bin.rows;
    bin.right += is_right ? 1 : 0;
    bin.confidence += confidence;
    right += is_right ? 1 : 0;
  }
  for (const Bin& bin : bins) error += std::abs(bin.right - bin.confidence);
  diagnosis.accuracy = right / static_cast<double>(data.rows);
  diagnosis.calibration_error = error / static_cast<double>(data.rows);
}

// Throws Error unless each node is a dense layer, or an activation without parameters of its own, with one reader.
void CheckChain(const Network& network) {
  for (size_t i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.nodes()[i];
    const bool chained =
        node.inputs.size() == 1 && node.readers.size() <= 1 && node.inputs[0] == (i == 0 ? kNetworkInput : i - 1);
    bool known = node.block_count == 0 && (node.layer->activation() != nullptr || node.layer->OnlyInTraining());
    if (node.block_count > 0 && node.layer->activation() == nullptr && node.input_shapes[0].rank() == 1) {
      const ParameterBlock& weight = network.blocks()[node.first_block].block;
      known = weight.kind == ParameterBlock::Kind::kWeight &&
              weight.shape == Shape{node.input_shapes[0].count(), node.output_shape.count()};
    }
    if (chained && known) continue;
    throw Error(
        fmt::format("only chains of dense layers and activations without parameters can be pruned, but this "
                    "network has '{}'",
                    node.layer->Text()));
  }
}

std::vector<size_t> Kept(const std::vector<bool>& silent) {
  std::vector<size_t> kept;
  for (size_t unit = 0; unit < silent.size(); ++unit) {
    if (!silent[unit]) kept.push_back(unit);
  }
  // A layer needs a unit.
  if (kept.empty()) kept.push_back(0);
  return kept;
}

// "dense 64" with another number.
std::string WithUnits(const std::string& text, size_t units) {
  return fmt::format("{} {}", text.substr(0, text.find(' ')), units);
}

std::vector<size_t> AllOf(size_t count) {
  std::vector<size_t> all(count);
  for (size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

// The chain with those units of each layer.
Network WithUnitsOf(const Network& network, const std::vector<std::vector<size_t>>& kept) {
  std::string text;
  size_t layer = 0;
  for (const Node& node : network.nodes()) {
    const std::string own = node.layer->Text();
    text += (text.empty() ? "" : ", ") + (node.block_count > 0 ? WithUnits(own, kept[layer++].size()) : own);
  }
  Network pruned(text, network.input_shape(), network.output_shape().count());
  std::vector<size_t> inputs = AllOf(network.input_shape().count());
  layer = 0;
  for (size_t i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.nodes()[i];
    if (node.block_count == 0) continue;
    const std::vector<size_t>& units = kept[layer++];
    for (size_t b = node.first_block; b < node.first_block + node.block_count; ++b) {
      const std::span<const float> from = network.parameters(network.blocks()[b]);
      const std::span<float> to = pruned.parameters(pruned.blocks()[b]);
      const size_t all_units = node.output_shape.units();
      const bool matrix = network.blocks()[b].block.kind == ParameterBlock::Kind::kWeight;
      size_t place = 0;
      for (const size_t input : matrix ? inputs : std::vector<size_t>{0}) {
        for (const size_t unit : units) to[place++] = from[input * all_units + unit];
      }
    }
    inputs = units;
  }
  return pruned;
}

}  // namespace

Diagnosis Diagnose(const Network& network, const Dataset& data, bool gives_logits) {
  Diagnosis diagnosis{.rows = data.rows};
  diagnosis.layers = Probe(network, data, AllRows(data)).layers;
  for (const std::vector<bool>& layer : SilentUnits(network, data)) {
    diagnosis.silent.push_back(static_cast<size_t>(std::count(layer.begin(), layer.end(), true)));
  }
  diagnosis.duplicates = CountDuplicates(network, data);
  const bool tokens = data.encoding.vocabulary() > 0;
  if (!tokens && data.rows > 0 && data.encoding.shape.count() <= kMostColumns) {
    diagnosis.unused_columns = UnusedColumns(network, data);
  }
  if (data.encoding.task == Task::kClassification && data.has_targets()) {
    Calibrate(network, data, gives_logits, diagnosis);
  }
  return diagnosis;
}

Pruning Prune(const Network& network, const Dataset& data) {
  CheckChain(network);
  const std::vector<std::vector<bool>> silent = SilentUnits(network, data);
  std::vector<std::vector<size_t>> kept;
  std::vector<size_t> removed;
  for (size_t layer = 0; layer < silent.size(); ++layer) {
    // The outputs are what was asked for, whatever they are.
    const bool last = layer + 1 == silent.size();
    kept.push_back(last ? AllOf(silent[layer].size()) : Kept(silent[layer]));
    removed.push_back(silent[layer].size() - kept.back().size());
  }
  if (std::all_of(removed.begin(), removed.end(), [](size_t units) { return units == 0; })) {
    throw Error("there is nothing to prune: every unit gives something other than 0 on some row of this data");
  }
  Pruning pruning{.network = WithUnitsOf(network, kept), .removed = removed};
  std::vector<float> before;
  const auto collect = [](std::vector<float>& all, size_t outputs) {
    return [&all, outputs](const Plan& plan, std::span<const uint32_t> rows) {
      const auto values = plan.output().first(rows.size() * outputs);
      all.insert(all.end(), values.begin(), values.end());
    };
  };
  std::vector<float> after;
  const size_t outputs = network.output_shape().count();
  RunOver(network, data, PlanMode::kInference, collect(before, outputs));
  RunOver(pruning.network, data, PlanMode::kInference, collect(after, outputs));
  for (size_t i = 0; i < before.size(); ++i) {
    const auto a = static_cast<double>(before[i]), b = static_cast<double>(after[i]);
    pruning.largest_difference = std::max(pruning.largest_difference, std::abs(a - b));
    pruning.largest_output = std::max(pruning.largest_output, std::abs(a));
  }
  if (!(pruning.largest_difference <= kRounding * pruning.largest_output)) {
    throw Error(fmt::format("the pruned network gives other outputs, by up to {:.2g}: it was not kept",
                            pruning.largest_difference));
  }
  return pruning;
}

}  // namespace ramp
