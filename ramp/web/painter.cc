#include "ramp/web/painter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "ramp/base/random.h"
#include "ramp/kernel/softmax.h"
#include "ramp/training/loss.h"
#include "ramp/web/grid_lines.h"

namespace ramp::web {
namespace {

constexpr size_t kBatch = 256;
constexpr size_t kMostExamined = 512;  // training rows
constexpr size_t kMostGradients = 64;  // of them
constexpr size_t kMostPlane = 128;
constexpr size_t kMostWeights = 4096;  // of a layer

double FromRaw(const InputAxis& axis, double raw) { return (raw - axis.mean) / axis.deviation; }

Json FiniteOr(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// 0 to 255 from low to high.
uint8_t ToByte(double value, double low, double high) {
  if (!(value >= low && high > low)) return 0;
  return static_cast<uint8_t>(std::lround(255 * std::min(1.0, (value - low) / (high - low))));
}

// The node that a value comes from when layers are left out that work in training alone.
size_t ValueNode(const Network& network, size_t node) {
  while (node != kNetworkInput && network.nodes()[node].layer->OnlyInTraining()) node = network.nodes()[node].inputs[0];
  return node;
}

}  // namespace

struct Painter::Grid {
  size_t height = 0, width = 0;
  std::array<size_t, 2> axes = {};
  std::array<double, 2> low = {}, high = {};  // raw: across, up
  std::vector<float> inputs = {};             // [height x width, inputs]
  size_t cells() const { return height * width; }
};

// A unit whose line is wanted.
struct Painter::Kink {
  const PlayLayer* layer = nullptr;
  size_t unit = 0;
  std::vector<uint8_t> open = {};  // [cells]
  std::vector<float> value = {};   // [cells], before the activation
};

struct Painter::Answers {
  std::vector<uint8_t> label = {}, probability = {};  // [cells]
  std::vector<float> value = {};
  std::vector<uint64_t> pattern = {};  // of the gates
};

Painter::Painter(PlayDataPointer data, Network network, double label_smoothing)
    : data_(std::move(data)),
      network_(std::move(network)),
      label_smoothing_(label_smoothing),
      layers_(PlayLayersOf(network_)),
      plans_(network_) {
  const std::vector<uint32_t>& training = data_->training.training;
  const size_t count = std::min(kMostExamined, training.size());
  for (size_t i = 0; i < count; ++i) rows_.push_back(training[i * training.size() / count]);
  has_statistics_ = std::ranges::any_of(
      network_.blocks(), [](const PlacedBlock& block) { return block.block.kind == ParameterBlock::Kind::kStatistic; });
}

Painter::Grid Painter::MakeGrid(const Look& look, size_t points) const {
  const size_t inputs = data_->input_count();
  const bool line = inputs == 1;
  Grid grid;
  grid.width = line ? points : std::min(points, kMostPlane);
  grid.height = line ? 1 : grid.width;
  grid.axes = {std::min(look.axes[0], inputs - 1), std::min(look.axes[1], inputs - 1)};
  for (size_t i = 0; i < 2; ++i) {
    grid.low[i] = data_->axes[grid.axes[i]].low;
    grid.high[i] = data_->axes[grid.axes[i]].high;
  }
  const auto place = [&](size_t axis, double share) {
    const double raw = grid.low[axis] + share * (grid.high[axis] - grid.low[axis]);
    return static_cast<float>(FromRaw(data_->axes[grid.axes[axis]], raw));
  };
  grid.inputs.assign(grid.cells() * inputs, 0);
  for (size_t y = 0; y < grid.height; ++y) {
    for (size_t x = 0; x < grid.width; ++x) {
      float* row = &grid.inputs[(y * grid.width + x) * inputs];
      if (!line) row[grid.axes[1]] = place(1, 1 - (static_cast<double>(y) + 0.5) / static_cast<double>(grid.height));
      row[grid.axes[0]] = place(0, (static_cast<double>(x) + 0.5) / static_cast<double>(grid.width));
    }
  }
  return grid;
}

template <class Take>
void Painter::ForEachBatch(size_t rows, std::span<const float> inputs, const Take& take) {
  if (rows == 0) return;
  const size_t batch = BatchForExamining(network_, std::min(kBatch, rows)), width = data_->input_count();
  for (size_t first = 0; first < rows; first += batch) {
    const size_t count = std::min(batch, rows - first);
    Plan& plan = plans_.For(batch, PlanMode::kExamine);
    std::ranges::copy(inputs.subspan(first * width, count * width), plan.input().begin());
    plan.Forward();
    take(first, count, plan);
  }
}

void Painter::TakeAnswers(size_t first, size_t rows, const Plan& plan, Answers& answers) const {
  const Encoding& encoding = data_->training.examples.encoding;
  const size_t outputs = encoding.outputs();
  if (encoding.task == Task::kClassification) {
    std::vector<float> probabilities(rows * outputs);
    Softmax(plan.output().data(), rows, outputs, probabilities.data(), nullptr);
    for (size_t row = 0; row < rows; ++row) {
      const auto of_row = std::span(probabilities).subspan(row * outputs, outputs);
      const auto best = std::ranges::max_element(of_row);
      answers.label[first + row] = static_cast<uint8_t>(std::min<ptrdiff_t>(best - of_row.begin(), 255));
      answers.probability[first + row] = ToByte(static_cast<double>(*best), 0, 1);
    }
  } else {
    for (size_t row = 0; row < rows; ++row) {
      const auto output = static_cast<double>(plan.output()[row]);
      answers.value[first + row] = static_cast<float>(output * encoding.target_deviation + encoding.target_mean);
    }
  }
  for (const WatchedGates& watched : plan.gates()) {
    for (size_t row = 0; row < rows; ++row) {
      uint64_t& pattern = answers.pattern[first + row];
      for (size_t part = 0; part < watched.rows_per_example; ++part) {
        for (const uint64_t word : watched.gates.row(row * watched.rows_per_example + part)) {
          pattern = Random::Mix(pattern + 0x9e3779b97f4a7c15u + word);
        }
      }
    }
  }
}

std::vector<Painter::Kink> Painter::KinksWanted(const Look& look) const {
  std::vector<Kink> kinks;
  for (const auto& [number, unit] : look.kinks) {
    const auto layer = std::ranges::find(layers_, number, &PlayLayer::number);
    if (layer == layers_.end() || !layer->activation) continue;
    for (size_t i = 0; i < layer->units && kinks.size() < kMostKinks; ++i) {
      if (unit < 0 || static_cast<size_t>(unit) == i) kinks.push_back({.layer = &*layer, .unit = i});
    }
  }
  return kinks;
}

void Painter::TakeKinks(const Grid& grid, size_t first, size_t rows, const Plan& plan, std::vector<Kink>& kinks) const {
  // [rows, units] of a node, or empty. The plan does not keep its input.
  const auto value_of = [&](size_t node) {
    const size_t inputs = data_->input_count();
    return node == kNetworkInput ? std::span(grid.inputs).subspan(first * inputs, rows * inputs) : plan.value(node);
  };
  for (Kink& kink : kinks) {
    const size_t activation = *kink.layer->activation, units = kink.layer->units;
    const auto watched = std::ranges::find(plan.gates(), activation, &WatchedGates::node);
    if (watched == plan.gates().end() || watched->rows_per_example != 1) continue;
    for (size_t row = 0; row < rows; ++row) kink.open[first + row] = watched->gates.IsOpen(row, kink.unit);

    const size_t before = ValueNode(network_, network_.nodes()[activation].inputs[0]);
    const std::span<const float> values = value_of(before);
    if (!values.empty()) {
      for (size_t row = 0; row < rows; ++row) kink.value[first + row] = values[row * units + kink.unit];
      continue;
    }
    // The step of the layer before took the activation in and kept no such value: it is computed again.
    const PlacedBlock* weight = FindBlock(network_, before, ParameterBlock::Kind::kWeight);
    const PlacedBlock* bias = FindBlock(network_, before, ParameterBlock::Kind::kBias);
    const std::span<const float> inputs = value_of(ValueNode(network_, network_.nodes()[before].inputs[0]));
    if (weight == nullptr || weight->block.shape.rank() != 2 || inputs.empty()) continue;
    const size_t count = weight->block.shape[0];
    const std::span<const float> weights = std::as_const(network_).parameters(*weight);
    const float start = bias == nullptr ? 0 : std::as_const(network_).parameters(*bias)[kink.unit];
    for (size_t row = 0; row < rows; ++row) {
      float sum = start;
      for (size_t i = 0; i < count; ++i) sum += inputs[row * count + i] * weights[i * units + kink.unit];
      kink.value[first + row] = sum;
    }
  }
}

Json Painter::DecisionJson(const Answers& answers) const {
  if (data_->training.examples.encoding.task == Task::kClassification) {
    return {{"label", Base64<uint8_t>(answers.label)}, {"probability", Base64<uint8_t>(answers.probability)}};
  }
  const auto [low, high] = std::ranges::minmax(answers.value);
  return {{"value", Base64<float>(answers.value)},
          {"low", FiniteOr(static_cast<double>(low))},
          {"high", FiniteOr(static_cast<double>(high))}};
}

std::string Painter::Text(const Grid& grid, const Answers& answers, size_t regions) const {
  const Encoding& encoding = data_->training.examples.encoding;
  const InputAxis& across = data_->axes[grid.axes[0]];
  const InputAxis& up = data_->axes[grid.axes[1]];
  std::string text = grid.height == 1
                         ? fmt::format("The line of {} from {:.2g} to {:.2g}", across.name, grid.low[0], grid.high[0])
                         : fmt::format("The plane of {} from {:.2g} to {:.2g} and {} from {:.2g} to {:.2g}",
                                       across.name, grid.low[0], grid.high[0], up.name, grid.low[1], grid.high[1]);
  text += fmt::format(": {} linear {}", regions, regions == 1 ? "region" : "regions");
  if (encoding.task == Task::kRegression) {
    const auto [low, high] = std::ranges::minmax(answers.value);
    return text + fmt::format("; the answers go from {:.3g} to {:.3g}.", low, high);
  }
  std::vector<size_t> counts(std::max<size_t>(encoding.labels.size(), 256));
  for (const uint8_t label : answers.label) ++counts[label];
  std::string shares;
  for (size_t c = 0; c < std::min<size_t>(encoding.labels.size(), 6); ++c) {
    shares += fmt::format("{} class {} on {:.0f} %", shares.empty() ? ";" : ",", encoding.labels[c],
                          100 * static_cast<double>(counts[c]) / static_cast<double>(grid.cells()));
  }
  return text + shares + " of it.";
}

std::vector<std::vector<float>> Painter::OpenShares() {
  std::vector<std::vector<float>> open(layers_.size());
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].activation) open[i].assign(std::min(layers_[i].units, kMostDrawnUnits), 0);
  }
  const size_t width = data_->input_count();
  std::vector<float> inputs(rows_.size() * width);
  data_->training.examples.Gather(rows_, inputs.data());
  ForEachBatch(rows_.size(), inputs, [&](size_t, size_t rows, const Plan& plan) {
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (!layers_[i].activation) continue;
      const auto watched = std::ranges::find(plan.gates(), *layers_[i].activation, &WatchedGates::node);
      if (watched == plan.gates().end()) continue;
      const size_t per_example = watched->rows_per_example;
      for (size_t row = 0; row < rows * per_example; ++row) {
        for (size_t unit = 0; unit < open[i].size(); ++unit) {
          if (watched->gates.IsOpen(row, unit)) {
            open[i][unit] += 1 / static_cast<float>(rows_.size() * per_example);
          }
        }
      }
    }
  });
  return open;
}

// With one row in a batch, the gradient of a layer's bias is dL/dz of that row.
std::vector<std::vector<float>> Painter::MeanGradients() {
  std::vector<std::vector<float>> means(layers_.size());
  const Dataset& examples = data_->training.examples;
  if (has_statistics_ || !examples.has_targets()) return means;
  Loss loss(examples, {}, 1, label_smoothing_);
  Plan& plan = plans_.For(1, PlanMode::kTrain);
  const size_t count = std::min(kMostGradients, rows_.size());
  for (size_t k = 0; k < count; ++k) {
    const std::array<uint32_t, 1> row = {rows_[k * rows_.size() / count]};
    plan.set_random_key(Random::Mix(k));
    examples.Gather(row, plan.input().data());
    plan.Forward();
    loss.Compute(plan.output(), row, plan.output_gradient());
    plan.Backward();
    for (size_t i = 0; i < layers_.size(); ++i) {
      const PlacedBlock* bias = FindBlock(network_, layers_[i].node, ParameterBlock::Kind::kBias);
      if (bias == nullptr) continue;
      const std::span<const float> gradient = std::as_const(network_).gradients(*bias);
      means[i].resize(std::min(gradient.size(), kMostDrawnUnits));
      for (size_t unit = 0; unit < means[i].size(); ++unit) {
        means[i][unit] += std::abs(gradient[unit]) / static_cast<float>(count);
      }
    }
  }
  return means;
}

Json Painter::UnitsJson(const Moment& moment, const Look& look) {
  Json json = Json::array();
  const std::vector<std::vector<float>> open = OpenShares();
  const std::vector<std::vector<float>> gradients = MeanGradients();
  const Grid grid = look.unit > 0 ? MakeGrid(look, look.unit) : Grid{};
  std::vector<std::vector<float>> outputs(layers_.size());  // [cells, drawn units]
  for (size_t i = 0; i < layers_.size(); ++i) outputs[i].resize(grid.cells() * open[i].size());
  ForEachBatch(grid.cells(), grid.inputs, [&](size_t first, size_t rows, const Plan& plan) {
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (open[i].empty()) continue;
      const std::span<const float> values = plan.value(*layers_[i].activation);
      const size_t all = network_.nodes()[*layers_[i].activation].output_shape.count(), drawn = open[i].size();
      for (size_t row = 0; row < rows; ++row) {
        std::ranges::copy(values.subspan(row * all, drawn), &outputs[i][(first + row) * drawn]);
      }
    }
  });
  for (size_t i = 0; i < layers_.size(); ++i) {
    const size_t drawn = open[i].size();
    if (drawn == 0) continue;
    Json low = Json::array(), high = Json::array();
    std::vector<uint8_t> bytes(grid.cells() * drawn);
    for (size_t unit = 0; unit < drawn; ++unit) {
      double least = std::numeric_limits<double>::infinity(), most = -least;
      for (size_t cell = 0; cell < grid.cells(); ++cell) {
        const auto value = static_cast<double>(outputs[i][cell * drawn + unit]);
        least = std::min(least, value);
        most = std::max(most, value);
      }
      low.push_back(FiniteOr(least));
      high.push_back(FiniteOr(most));
      for (size_t cell = 0; cell < grid.cells(); ++cell) {
        bytes[unit * grid.cells() + cell] = ToByte(static_cast<double>(outputs[i][cell * drawn + unit]), least, most);
      }
    }
    std::vector<uint8_t> fates(drawn, 0);
    if (i < moment.fates.size()) {
      const std::vector<Fate>& known = moment.fates[i].fates;
      for (size_t unit = 0; unit < std::min(drawn, known.size()); ++unit)
        fates[unit] = static_cast<uint8_t>(known[unit]);
    }
    json.push_back({{"layer", layers_[i].number},
                    {"units", drawn},
                    {"size", {grid.height, grid.width}},
                    {"low", low},
                    {"high", high},
                    {"output", Base64<uint8_t>(bytes)},
                    {"open_share", Base64<float>(open[i])},
                    {"gradient", gradients[i].empty() ? Json(nullptr) : Json(Base64<float>(gradients[i]))},
                    {"fate", Base64<uint8_t>(fates)}});
  }
  return json;
}

Json Painter::WeightsJson() const {
  Json json = Json::array();
  for (const PlayLayer& layer : layers_) {
    const PlacedBlock* weight = FindBlock(network_, layer.node, ParameterBlock::Kind::kWeight);
    const PlacedBlock* bias = FindBlock(network_, layer.node, ParameterBlock::Kind::kBias);
    if (weight == nullptr || weight->block.shape.rank() != 2 || weight->block.shape.count() > kMostWeights) continue;
    json.push_back({{"layer", layer.number},
                    {"inputs", weight->block.shape[0]},
                    {"units", weight->block.shape[1]},
                    {"weight", Base64(network_.parameters(*weight))},
                    {"bias", bias == nullptr ? Json(nullptr) : Json(Base64(network_.parameters(*bias)))}});
  }
  return json;
}

Json Painter::Paint(const Moment& moment, const Look& look) {
  std::ranges::copy(moment.parameters, network_.parameters().begin());
  const Grid grid = MakeGrid(look, look.plane);
  const bool classes = data_->training.examples.encoding.task == Task::kClassification;
  Answers answers;
  answers.pattern.resize(grid.cells());
  answers.label.resize(classes ? grid.cells() : 0);
  answers.probability.resize(classes ? grid.cells() : 0);
  answers.value.resize(classes ? 0 : grid.cells());
  std::vector<Kink> kinks = KinksWanted(look);
  for (Kink& kink : kinks) {
    kink.open.resize(grid.cells());
    kink.value.resize(grid.cells());
  }
  ForEachBatch(grid.cells(), grid.inputs, [&](size_t first, size_t rows, const Plan& plan) {
    TakeAnswers(first, rows, plan, answers);
    TakeKinks(grid, first, rows, plan, kinks);
  });

  std::vector<uint16_t> regions(grid.cells());
  for (size_t cell = 0; cell < grid.cells(); ++cell) regions[cell] = static_cast<uint16_t>(answers.pattern[cell] >> 48);
  const size_t count = std::unordered_set<uint64_t>(answers.pattern.begin(), answers.pattern.end()).size();
  Json lines = Json::array();
  for (const Kink& kink : kinks) {
    const std::vector<uint16_t> pieces = GridLines(grid.height, grid.width, kink.open, kink.value);
    lines.push_back({{"layer", kink.layer->number}, {"unit", kink.unit}, {"lines", Base64<uint16_t>(pieces)}});
  }
  return {{"epoch", moment.epoch},
          {"step", moment.step},
          {"axes", grid.axes},
          {"low", grid.low},
          {"high", grid.high},
          {"size", {grid.height, grid.width}},
          {"decision", DecisionJson(answers)},
          {"regions", {{"count", count}, {"id", Base64<uint16_t>(regions)}}},
          {"units", UnitsJson(moment, look)},
          {"kinks", lines},
          {"weights", WeightsJson()},
          {"text", Text(grid, answers, count)}};
}

}  // namespace ramp::web
