// formula: what the function is, on the numbers of the machine.
#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"
#include "ramp/lab/experiments/list.h"

namespace ramp::lab {
namespace {

// A derivative below it hardly passes anything on.
constexpr double kFlat = 1e-3;
constexpr size_t kBlock = 4096;
constexpr uint64_t kFloats = uint64_t{1} << 32;

std::vector<std::string> Tried(const Settings& settings) { return WithRivals(settings.rectifier, {kSigmoid, kTanh}); }

std::string WrongValues(std::string_view activation) {
  return fmt::format("values other than max(0, x), {}", activation);
}
std::string Negative(std::string_view activation) { return fmt::format("outputs below 0, {}", activation); }
std::string Beyond(std::string_view activation) { return fmt::format("outputs beyond 1, {}", activation); }
std::string FlatRight(std::string_view activation) { return fmt::format("flat inputs of x > 0, {}", activation); }
std::string FlatLeft(std::string_view activation) { return fmt::format("flat inputs of x < 0, {}", activation); }

// Counts over some of all floats.
class Counts {
 public:
  void Add(float x, float y, float slope) {
    const double wanted = x > 0 ? static_cast<double>(x) : 0;
    const bool right = std::isnan(x) ? std::isnan(y) : static_cast<double>(y) == wanted;
    ++all_;
    wrong_ += right ? 0 : 1;
    negative_ += y < 0 ? 1 : 0;
    beyond_ += std::abs(y) > 1 ? 1 : 0;
    if (!std::isfinite(x) || x == 0) return;
    Side& side = x > 0 ? right_ : left_;
    ++side.all;
    side.flat += std::abs(static_cast<double>(slope)) < kFlat ? 1 : 0;
  }
  void Tell(std::string_view activation, Figures& figures) const {
    figures.Set(WrongValues(activation), Share(wrong_, all_));
    figures.Set(Negative(activation), Share(negative_, all_));
    figures.Set(Beyond(activation), Share(beyond_, all_));
    figures.Set(FlatRight(activation), Share(right_.flat, right_.all));
    figures.Set(FlatLeft(activation), Share(left_.flat, left_.all));
  }

 private:
  struct Side {
    uint64_t all = 0, flat = 0;
  };
  static double Share(uint64_t part, uint64_t all) { return static_cast<double>(part) / static_cast<double>(all); }
  uint64_t all_ = 0, wrong_ = 0, negative_ = 0, beyond_ = 0;
  Side right_, left_;
};

// Every count-th of the bit patterns that are looked at, so that each trial meets numbers of all sizes.
Counts Sweep(const Activation& activation, const Trial& trial, uint64_t step) {
  const ActivationKernels kernels = KernelsOf(activation);
  Floats input(kBlock), output(kBlock), ones(kBlock), slopes(kBlock);
  for (float& one : ones.span()) one = 1;
  Counts counts;
  const uint64_t stride = step * trial.count;
  for (uint64_t pattern = trial.index * step; pattern < kFloats && !trial.stopped();) {
    size_t size = 0;
    for (; size < kBlock && pattern < kFloats; pattern += stride) {
      input[size++] = std::bit_cast<float>(static_cast<uint32_t>(pattern));
    }
    kernels.forward(
        {.units = size, .input = input.data(), .output = output.data(), .parameters = activation.initial_parameters()});
    kernels.backward({.units = size,
                      .gradient = ones.data(),
                      .input = input.data(),
                      .input_gradient = slopes.data(),
                      .parameters = activation.initial_parameters()});
    for (size_t i = 0; i < size; ++i) counts.Add(input[i], output[i], slopes[i]);
  }
  return counts;
}

Figures RunTrial(const Trial& trial) {
  // Primes, so that the patterns that are left out are of no special kind.
  const auto step = trial.settings.Choose<uint64_t>(251, 1, 1);
  Figures figures;
  for (const std::string& name : Tried(trial.settings)) Sweep(FindActivation(name), trial, step).Tell(name, figures);
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  const std::string& rectifier = settings.rectifier;
  const std::string definition = "the definition";
  return {
      Essential(AtMost(WrongValues(rectifier), 0, "every value is max(0, x)", definition)),
      Essential(AtMost(Negative(rectifier), 0, "no output is below 0", definition)),
      Essential(AtLeast(Beyond(rectifier), 0.2, "outputs go beyond 1", "a quarter of all floats lie above 1")),
      Essential(AtMost(FlatRight(rectifier), 0, fmt::format("{} does not saturate for x > 0", rectifier), definition)),
      AtLeast(FlatRight(kSigmoid), 0.25, "sigmoid saturates for x > 0", "a claim needs more than a few inputs"),
      AtLeast(FlatRight(kTanh), 0.25, "tanh saturates for x > 0", "a claim needs more than a few inputs"),
      AtMost(FlatLeft(rectifier), 0, fmt::format("{} does not saturate for x < 0", rectifier),
             "the claim makes no difference between the sides"),
  };
}

Plot CurvesOf(const std::vector<std::string>& names) {
  constexpr double kEnd = 6;
  constexpr int kSteps = 240;
  Plot plot{.title = "Values, and dashed the derivatives", .x_label = "x", .y_label = "f(x), f'(x)", .curves = {}};
  for (const std::string& name : names) {
    const Activation& activation = FindActivation(name);
    const auto initial = activation.initial_parameters();
    const std::vector<double> parameters(initial.begin(), initial.end());
    Curve value{.label = name, .x = {}, .y = {}};
    Curve slope{.label = name + "'", .x = {}, .y = {}, .dashed = true};
    for (int i = -kSteps; i <= kSteps; ++i) {
      const double x = kEnd * i / kSteps;
      // Cut at the top, or the sigmoids would look flat everywhere.
      const double y = activation.value(x, parameters);
      value.x.push_back(x);
      value.y.push_back(y <= 2 ? y : std::numeric_limits<double>::quiet_NaN());
      slope.x.push_back(x);
      slope.y.push_back(activation.slope(x, parameters));
    }
    plot.curves.push_back(std::move(value));
    plot.curves.push_back(std::move(slope));
  }
  return plot;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title = fmt::format("Shares of the floats (flat: |f'| < {:g})", kFlat),
              .columns = {"activation", "other than max(0, x)", "outputs below 0", "outputs beyond 1", "flat for x > 0",
                          "flat for x < 0"},
              .rows = {}};
  for (const std::string& name : Tried(settings)) {
    const std::string figures[] = {WrongValues(name), Negative(name), Beyond(name), FlatRight(name), FlatLeft(name)};
    table.rows.push_back(RowOf(name, figures, estimates));
  }
  return {{table}, {{CurvesOf(Tried(settings))}}};
}

}  // namespace

Experiment FormulaExperiment() {
  return {.name = kFormulaClaim,
          .claim =
              "ReLU is max(0, x): its outputs lie in [0, inf), it is unbounded and does not saturate, where sigmoid "
              "and tanh saturate.",
          .question =
              "On all 2^32 floats (with --quick on every 251st): is each value max(0, x), and for which share of "
              "the inputs is the derivative below 1/1000?",
          .practice =
              "On the side where it is open a rectifier passes every gradient on, however large its input. On the "
              "other side it is as flat as a sigmoid's end: what keeps it learning is that other examples open "
              "it.",
          .trials = {16, 16, 16},
          .trial_seconds = {0.1, 6, 6},
          .exact = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
