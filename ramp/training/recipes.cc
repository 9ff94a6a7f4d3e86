#include "ramp/training/recipes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/find_row.h"

namespace ramp {
namespace {

// From so many rows on, each piece of a finer code still has rows enough.
constexpr size_t kRowsForFineBins = 10000;
constexpr size_t kBins = 16, kFineBins = 48;
// Up to so many rows an ensemble takes all epochs of a recipe; above, the root of the ratio.
constexpr double kRowsForAllEpochs = 5000;
constexpr size_t kLeastEpochs = 10;
constexpr double kWarmUpShare = 0.05;

// One kind of member, before it is fitted to a table.
struct Kind {
  const char* name;
  size_t epochs;
  size_t width;
  double dropout;
  bool hinges;  // numbers in pieces, where the table has numbers
};

constexpr Kind kKinds[] = {{"pieces", 60, 128, 0, true},
                           {"plain", 24, 128, 0.2, false},
                           {"noisy", 60, 128, 0.1, true},
                           {"wide", 60, 256, 0, true}};

constexpr Effort kEfforts[] = {
    {"quick", "4 networks on pieces of the numbers and 4 on the plain columns", 4, 2, false},
    {"normal", "8 and 8, with finer pieces from 10,000 rows on", 8, 2, true},
    {"best", "8 of each of four kinds", 8, 4, true},
};

// The inputs that are numbers, as hinges takes them: " 1-3 7"; empty without any.
std::string NumberInputs(const Encoding& encoding) {
  std::string text;
  size_t input = 1, begin = 0, end = 0;
  const auto close = [&] {
    if (begin == 0) return;
    text += begin == end ? fmt::format(" {}", begin) : fmt::format(" {}-{}", begin, end);
  };
  for (const TableColumn& column : encoding.columns()) {
    if (column.numeric && end + 1 == input && begin != 0) {
      end = input;
    } else if (column.numeric) {
      close();
      begin = end = input;
    }
    input += column.width();
  }
  close();
  return text;
}

std::string NetworkOf(const Kind& kind, const std::string& numbers, size_t bins) {
  const std::string dropout = kind.dropout > 0 ? fmt::format(", dropout {:g}", kind.dropout) : "";
  const std::string first = kind.hinges && !numbers.empty() ? fmt::format("hinges {} {}{}", kind.width, bins, numbers)
                                                            : fmt::format("dense {}", kind.width);
  return fmt::format("{0}, relu{1}, dense {2}, relu{1}, dense", first, dropout, kind.width);
}

// Weights shrink beside the gradient, so that a long training without dropout stays small.
const OptimizerDefinition& OptimizerOfRecipes() {
  return *std::ranges::find(Optimizers(), true, &OptimizerDefinition::decoupled_decay);
}

size_t BatchFor(size_t rows) {
  const double power = std::round(std::log2(std::max(static_cast<double>(rows) / 32, 1.0)));
  return std::clamp<size_t>(static_cast<size_t>(std::exp2(power)), 32, 256);
}

size_t EpochsFor(size_t epochs, size_t rows) {
  const double share = std::min(1.0, std::sqrt(kRowsForAllEpochs / static_cast<double>(std::max<size_t>(rows, 1))));
  return std::max(kLeastEpochs, static_cast<size_t>(std::round(share * static_cast<double>(epochs))));
}

}  // namespace

std::span<const Effort> Efforts() { return kEfforts; }

const Effort& UsualEffort() { return kEfforts[1]; }

const Effort& FindEffort(std::string_view name) { return FindRow(Efforts(), "an effort", name); }

std::vector<EnsembleRecipe> TableRecipes(const Encoding& encoding, size_t rows, const Effort& effort,
                                         const GivenSettings& given) {
  const std::string numbers = NumberInputs(encoding);
  const size_t bins = effort.fine_bins && rows >= kRowsForFineBins ? kFineBins : kBins;
  std::vector<EnsembleRecipe> recipes;
  for (const Kind& kind : std::span(kKinds).first(effort.recipes)) {
    EnsembleRecipe recipe{.name = kind.name, .network = given.network, .options = given.options};
    if (given.network.empty()) {
      recipe.network = NetworkOf(kind, numbers, bins);
    } else {
      recipe.name = "given";
    }
    TrainingOptions& options = recipe.options;
    if (!given.epochs) options.epochs = EpochsFor(kind.epochs, rows);
    if (!given.batch) options.batch = BatchFor(rows);
    if (!given.optimizer) options.optimizer = OptimizerOfRecipes().name;
    if (!given.learning_rate && !given.optimizer) options.learning_rate = 0.004;
    if (!given.weight_decay && !given.optimizer) options.weight_decay = 0.01;
    if (!given.schedule) {
      options.schedule = fmt::format("warm-up {:g}, cosine", kWarmUpShare * static_cast<double>(options.epochs));
    }
    recipes.push_back(std::move(recipe));
    if (!given.network.empty()) break;
  }
  return recipes;
}

}  // namespace ramp
