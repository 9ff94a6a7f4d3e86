// gate: the derivative is one bit, and the bits of all units make the network an affine map.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"
#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"

namespace ramp::lab {
namespace {

constexpr size_t kInputs = 6, kWidth = 12, kOutputs = 4;

std::vector<std::string> Tried(const Settings& settings) {
  return WithRivals(settings.rectifier, {kSigmoid, kTanh, LeakyRectifier()});
}

std::string OtherSlopes(std::string_view activation) {
  return fmt::format("gradients neither passed unchanged nor stopped, {}", activation);
}
std::string WrongJacobian(std::string_view activation) {
  return fmt::format("entries of the Jacobian that the gates do not give, {}", activation);
}
std::string WrongSteps(std::string_view activation) {
  return fmt::format("steps with equal gates that are not affine, {}", activation);
}
std::string EqualGates(std::string_view activation) { return fmt::format("steps with equal gates, {}", activation); }

double Share(size_t part, size_t all) { return static_cast<double>(part) / static_cast<double>(all); }

// Random gradients against random inputs: how many come out neither as they were nor as 0.
double ChangedGradients(const Activation& activation, Random& random, size_t count) {
  Floats input(count), gradient(count), result(count);
  for (float& value : input.span()) value = static_cast<float>(2 * random.Normal());
  for (float& value : gradient.span()) value = static_cast<float>(random.Normal());
  KernelsOf(activation)
      .backward({.units = count,
                 .gradient = gradient.data(),
                 .input = input.data(),
                 .input_gradient = result.data(),
                 .parameters = activation.initial_parameters()});
  size_t changed = 0;
  for (size_t i = 0; i < count; ++i) changed += result[i] != gradient[i] && result[i] != 0 ? 1 : 0;
  return Share(changed, count);
}

// A network whose weights, and so all its values, are small whole numbers: floats compute with them without rounding,
// in whatever order they add, so that what is equal is equal to the bit.
class WholeNetwork {
 public:
  WholeNetwork(std::string_view activation, Random& random)
      : network_(fmt::format("affine, {}", Stack(2, kWidth, activation)), {kInputs}, kOutputs),
        plan_(network_, 1, PlanMode::kTrain) {
    for (const PlacedBlock& placed : network_.blocks()) {
      for (float& value : network_.parameters(placed)) {
        value = IsDense(placed) ? Whole(random, 2) : placed.block.initial;
      }
    }
  }

  struct Point {
    std::vector<float> outputs;
    std::vector<bool> open;  // the gates of all units
  };
  Point At(const std::vector<float>& x) {
    std::ranges::copy(x, plan_.input().begin());
    plan_.Forward();
    Point point{.outputs = {plan_.output().begin(), plan_.output().end()}, .open = {}};
    for (const WatchedGates& watched : plan_.gates()) {
      for (size_t unit = 0; unit < watched.gates.units(); ++unit) point.open.push_back(watched.gates.IsOpen(0, unit));
    }
    return point;
  }

  // [outputs, inputs], by backward: the gradient of the offset that is added to the input.
  std::vector<double> JacobianByBackward(const std::vector<float>& x) {
    std::vector<double> jacobian;
    for (size_t output = 0; output < kOutputs; ++output) {
      At(x);
      std::ranges::fill(plan_.output_gradient(), 0.0f);
      plan_.output_gradient()[output] = 1;
      plan_.Backward();
      for (const PlacedBlock& placed : network_.blocks()) {
        if (placed.block.kind != ParameterBlock::Kind::kShift) continue;
        for (const float gradient : network_.gradients(placed)) jacobian.push_back(static_cast<double>(gradient));
      }
    }
    return jacobian;
  }

  // [outputs, inputs]: the product of the weights in which the rows of closed units are 0.
  std::vector<double> JacobianFromGates(const std::vector<bool>& open) const {
    std::vector<double> map(kInputs * kInputs);
    for (size_t i = 0; i < kInputs; ++i) map[i * kInputs + i] = 1;
    size_t gate = 0;
    for (const PlacedBlock& placed : network_.blocks()) {
      if (placed.block.kind != ParameterBlock::Kind::kWeight) continue;
      const auto weights = network_.parameters(placed);
      const size_t units = placed.block.shape.units(), inputs = weights.size() / units;
      std::vector<double> next(units * kInputs);
      for (size_t unit = 0; unit < units; ++unit) {
        // Behind the last layer there are no gates.
        if (gate < open.size() && !open[gate++]) continue;
        for (size_t i = 0; i < inputs; ++i) {
          for (size_t x = 0; x < kInputs; ++x) {
            next[unit * kInputs + x] += static_cast<double>(weights[i * units + unit]) * map[i * kInputs + x];
          }
        }
      }
      map = std::move(next);
    }
    return map;
  }

  static float Whole(Random& random, uint64_t most) {
    return static_cast<float>(random.Below(2 * most + 1)) - static_cast<float>(most);
  }

 private:
  bool IsDense(const PlacedBlock& placed) const {
    return placed.block.kind == ParameterBlock::Kind::kWeight || placed.block.kind == ParameterBlock::Kind::kBias;
  }

  Network network_;
  Plan plan_;
};

struct AffineCounts {
  size_t entries = 0, wrong_entries = 0;
  size_t steps = 0, equal_gates = 0, wrong_steps = 0;
};

// One point and a step to a neighbour.
void TryPoint(WholeNetwork& network, Random& random, AffineCounts& counts) {
  constexpr uint64_t kFarthest = 30;
  std::vector<float> x(kInputs);
  for (float& value : x) value = WholeNetwork::Whole(random, kFarthest);
  const WholeNetwork::Point here = network.At(x);
  const std::vector<double> from_gates = network.JacobianFromGates(here.open);
  const std::vector<double> by_backward = network.JacobianByBackward(x);
  for (size_t i = 0; i < from_gates.size(); ++i) counts.wrong_entries += from_gates[i] != by_backward[i] ? 1 : 0;
  counts.entries += from_gates.size();

  const size_t moved = random.Below(kInputs);
  x[moved] += 1;
  const WholeNetwork::Point there = network.At(x);
  ++counts.steps;
  if (there.open != here.open) return;
  ++counts.equal_gates;
  bool affine = true;
  for (size_t output = 0; output < kOutputs; ++output) {
    const double change = static_cast<double>(there.outputs[output]) - static_cast<double>(here.outputs[output]);
    affine = affine && change == from_gates[output * kInputs + moved];
  }
  counts.wrong_steps += affine ? 0 : 1;
}

Figures RunTrial(const Trial& trial) {
  const auto networks = trial.settings.Choose<size_t>(10, 50, 200);
  constexpr size_t kPoints = 100, kGradients = size_t{1} << 16;
  Figures figures;
  for (const std::string& name : Tried(trial.settings)) {
    Random random(trial.seed);
    figures.Set(OtherSlopes(name), ChangedGradients(FindActivation(name), random, kGradients));
    AffineCounts counts;
    for (size_t i = 0; i < networks && !trial.stopped(); ++i) {
      WholeNetwork network(name, random);
      for (size_t point = 0; point < kPoints; ++point) TryPoint(network, random, counts);
    }
    figures.Set(WrongJacobian(name), Share(counts.wrong_entries, counts.entries));
    figures.Set(EqualGates(name), Share(counts.equal_gates, counts.steps));
    figures.Set(WrongSteps(name), Share(counts.wrong_steps, counts.equal_gates));
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  const std::string& rectifier = settings.rectifier;
  return {
      Essential(
          AtMost(OtherSlopes(rectifier), 0, "units pass all of a gradient or nothing", "the derivative is 0 or 1")),
      Essential(
          AtMost(WrongJacobian(rectifier), 0, "the gates give the Jacobian, to the bit", "Montufar et al., 2014")),
      Essential(
          AtMost(WrongSteps(rectifier), 0, "steps with equal gates are affine, to the bit", "Montufar et al., 2014")),
      AtLeast(OtherSlopes(kSigmoid), 0.9, "sigmoid changes what it passes", "its derivative is at most 1/4"),
      AtLeast(OtherSlopes(kTanh), 0.9, "tanh changes what it passes", "its derivative is 1 at 0 alone"),
  };
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{
      .title =
          "Shares: gradients that are changed, entries of the Jacobian that the gates alone do not give, "
          "steps by 1 in one input that keep all gates, and those of them that are not affine",
      .columns = {"activation", "changed gradients", "wrong entries", "steps with equal gates", "of them not affine"},
      .rows = {}};
  BarChart chart{.title = "What the gates alone do not tell",
                 .x_label = "share",
                 .rows = {},
                 .series = {"changed gradients", "wrong entries of the Jacobian", "steps that are not affine"},
                 .panels = {}};
  std::vector<std::vector<std::string>> bars;
  for (const std::string& name : Tried(settings)) {
    const std::string figures[] = {OtherSlopes(name), WrongJacobian(name), EqualGates(name), WrongSteps(name)};
    table.rows.push_back(RowOf(name, figures, estimates));
    chart.rows.push_back(name);
    bars.push_back({OtherSlopes(name), WrongJacobian(name), WrongSteps(name)});
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{table}, {{chart}}};
}

}  // namespace

Experiment GateExperiment() {
  return {.name = kGateClaim,
          .claim =
              "The derivative of ReLU is 0 or 1: a gradient passes unchanged or not at all, and inputs with equal "
              "gates go through the same affine map.",
          .question =
              "Do gradients come out of a unit as they went in, or as 0? In networks of small whole numbers, "
              "which floats add without rounding, are the Jacobian and the steps between neighbours those that "
              "the gates alone give, to the bit?",
          .practice =
              "Between two changes of a gate a network of rectifiers is linear: its gradient is exact there, "
              "and one bit for each unit is all that backward needs of it.",
          .trials = {4, 8, 16},
          .trial_seconds = {0.3, 1.5, 6},
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
