#include "ramp/lab/subjects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/random.h"

namespace ramp::lab {
namespace {

constexpr size_t kExaminedBatch = 256;
constexpr uint64_t kSubsetStream = 0x737562736574;  // "subset"

// Takes `count` of the rows by chance.
std::vector<uint32_t> Draw(std::vector<uint32_t> rows, size_t count, Random& random) {
  random.Shuffle(std::span(rows));
  rows.resize(std::min(rows.size(), count));
  return rows;
}

// The examples at these rows of `from`, behind those that `to` has.
void Append(const Dataset& from, std::span<const uint32_t> rows, Dataset& to) {
  const size_t count = from.encoding.shape.count(), step = from.row_step == 0 ? count : from.row_step;
  std::visit(
      [&](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        if (!std::holds_alternative<Values>(to.inputs)) to.inputs = Values();
        Values& into = std::get<Values>(to.inputs);
        for (const uint32_t row : rows) {
          const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * step);
          into.insert(into.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
        }
      },
      from.inputs);
  for (const uint32_t row : rows) {
    if (!from.labels.empty()) to.labels.push_back(from.labels[row]);
    if (!from.values.empty()) to.values.push_back(from.values[row]);
  }
  to.rows += rows.size();
}

}  // namespace

std::string_view LeakyRectifier() {
  for (const Activation& row : Activations()) {
    const bool leaks = row.saves == Saves::kGate && std::isinf(row.low) && row.parameters.size() == 1;
    if (leaks && !row.learned()) return row.name;
  }
  throw Error("the family has no rectifier with a fixed leak");
}

std::vector<std::string> WithRivals(std::string_view rectifier, std::initializer_list<std::string_view> rivals) {
  std::vector<std::string> names = {std::string(rectifier)};
  for (const std::string_view rival : rivals) {
    if (rival != rectifier) names.emplace_back(rival);
  }
  return names;
}

std::string Stack(size_t depth, size_t width, std::string_view activation, std::string_view behind,
                  std::string_view after) {
  std::string text;
  for (size_t layer = 0; layer < depth; ++layer) {
    text += fmt::format("dense {}, ", width);
    if (!behind.empty()) text += fmt::format("{}, ", behind);
    text += fmt::format("{}, ", activation);
    if (!after.empty()) text += fmt::format("{}, ", after);
  }
  return fmt::format("{}dense", text);
}

std::vector<size_t> ActivationNodes(const Network& network) {
  std::vector<size_t> nodes;
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    if (network.nodes()[node].layer->activation() != nullptr) nodes.push_back(node);
  }
  return nodes;
}

void Examine(const Network& network, const Dataset& data, std::span<const uint32_t> rows,
             const std::function<void(const Plan&, std::span<const uint32_t>)>& look) {
  if (rows.empty()) return;
  const size_t batch = BatchForExamining(network, std::min(kExaminedBatch, rows.size()));
  Plan plan(network, batch, PlanMode::kExamine);
  for (size_t begin = 0; begin < rows.size(); begin += batch) {
    const auto some = rows.subspan(begin, std::min(batch, rows.size() - begin));
    data.Gather(some, plan.input().data());
    plan.Forward();
    look(plan, some);
  }
}

std::vector<double> ZeroShares(const Network& network, const Dataset& data, std::span<const uint32_t> rows) {
  const std::vector<size_t> nodes = ActivationNodes(network);
  std::vector<double> zeros(nodes.size());
  Examine(network, data, rows, [&](const Plan& plan, std::span<const uint32_t> some) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      const size_t units = network.nodes()[nodes[i]].output_shape.count();
      const auto values = plan.value(nodes[i]).first(some.size() * units);
      zeros[i] += static_cast<double>(std::ranges::count(values, 0.0f)) / static_cast<double>(units * rows.size());
    }
  });
  return zeros;
}

TrainingData Subset(const TrainingData& from, size_t training, size_t test, uint64_t seed) {
  TrainingData subset;
  subset.name = from.name;
  subset.examples.encoding = from.examples.encoding;
  Random random(seed, kSubsetStream);
  Append(from.examples, Draw(from.training, training, random), subset.examples);
  const auto trained = static_cast<uint32_t>(subset.examples.rows);
  for (uint32_t row = 0; row < trained; ++row) subset.training.push_back(row);
  if (from.test_set) {
    std::vector<uint32_t> all(from.test_set->rows);
    for (uint32_t row = 0; row < all.size(); ++row) all[row] = row;
    Append(*from.test_set, Draw(std::move(all), test, random), subset.examples);
  } else {
    Append(from.examples, Draw(from.test.empty() ? from.validation : from.test, test, random), subset.examples);
  }
  for (auto row = trained; row < subset.examples.rows; ++row) subset.test.push_back(row);
  return subset;
}

}  // namespace ramp::lab
