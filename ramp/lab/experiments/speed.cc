// speed: what the activations cost alone, and in a training step.
#include <fmt/format.h>

#include <functional>
#include <memory>

#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"
#include "ramp/base/random.h"
#include "ramp/bench/rounds.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/network/initialize.h"
#include "ramp/training/optimizer.h"

namespace ramp::lab {
namespace {

constexpr size_t kFloats = size_t{1} << 14;  // 64 KiB an array: in the second cache
constexpr size_t kInputs = 784, kClasses = 10, kWidth = 256, kBatch = 64;
constexpr double kNanoseconds = 1e9;

// What is timed of an activation.
enum class Part { kForward, kBackward, kStep };
constexpr Part kParts[] = {Part::kForward, Part::kBackward, Part::kStep};
constexpr std::string_view kPartNames[] = {"forward", "backward", "a training step"};
std::string_view Name(Part part) { return kPartNames[static_cast<size_t>(part)]; }

std::vector<std::string> Tried(const Settings& settings) { return WithRivals(settings.rectifier, {kSigmoid, kTanh}); }

std::string Cost(Part part, std::string_view activation) {
  return fmt::format("{} of {}, {}", part == Part::kStep ? "us" : "ns for an element", Name(part), activation);
}
std::string Ratio(Part part, std::string_view activation, std::string_view rectifier) {
  return fmt::format("{}: time of {} / {}", Name(part), activation, rectifier);
}

// The arrays of one activation, as training has them: forward writes the gates, backward reads what the row saves.
class Arrays {
 public:
  Arrays(const Activation& activation, Random& random)
      : kernels_(KernelsOf(activation)), gates_(Gates::Words(1, kFloats)) {
    for (float& value : input_.span()) value = static_cast<float>(2 * random.Normal());
    for (float& value : gradient_.span()) value = static_cast<float>(random.Normal());
    forward_ = {.units = kFloats,
                .input = input_.data(),
                .output = output_.data(),
                .gates = gates_.data(),
                .parameters = activation.initial_parameters()};
    backward_ = {.units = kFloats,
                 .gradient = gradient_.data(),
                 .gates = activation.saves == Saves::kGate ? gates_.data() : nullptr,
                 .output = activation.saves == Saves::kOutput ? output_.data() : nullptr,
                 .input = activation.saves == Saves::kInput ? input_.data() : nullptr,
                 .input_gradient = result_.data(),
                 .parameters = activation.initial_parameters()};
    kernels_.forward(forward_);
  }
  void Forward(size_t times) const {
    for (size_t i = 0; i < times; ++i) kernels_.forward(forward_);
  }
  void Backward(size_t times) const {
    for (size_t i = 0; i < times; ++i) kernels_.backward(backward_);
  }

 private:
  ActivationKernels kernels_;
  Floats input_{kFloats}, gradient_{kFloats}, output_{kFloats}, result_{kFloats};
  AlignedArray<uint64_t> gates_;
  ForwardArguments forward_;
  BackwardArguments backward_;
};

// Forward, backward and update of a network of usual size, without reading data.
class TrainingStep {
 public:
  TrainingStep(std::string_view activation, Random& random)
      : network_(Stack(2, kWidth, activation), {kInputs}, kClasses),
        plan_(network_, kBatch, PlanMode::kTrain),
        optimizer_(Optimizers()[0], network_, 0) {
    Initialize(network_, {}, random.Next());
    for (float& value : plan_.input()) value = static_cast<float>(random.Normal());
  }
  void Run(size_t times) {
    for (size_t i = 0; i < times; ++i) {
      plan_.Forward();
      // Small, so that the weights stay what they are.
      for (float& gradient : plan_.output_gradient()) gradient = 1e-6f;
      plan_.Backward();
      optimizer_.Step(1e-6, 1);
    }
  }

 private:
  Network network_;
  Plan plan_;
  Optimizer optimizer_;
};

Figures RunTrial(const Trial& trial) {
  const std::vector<std::string> names = Tried(trial.settings);
  Random random(trial.seed);
  std::vector<std::unique_ptr<Arrays>> arrays;
  std::vector<std::unique_ptr<TrainingStep>> steps;
  std::vector<Work> works;
  for (const std::string& name : names) {
    const Arrays& own = *arrays.emplace_back(std::make_unique<Arrays>(FindActivation(name), random));
    TrainingStep& step = *steps.emplace_back(std::make_unique<TrainingStep>(name, random));
    works.emplace_back([&own](size_t times) { own.Forward(times); });
    works.emplace_back([&own](size_t times) { own.Backward(times); });
    works.emplace_back([&step](size_t times) { step.Run(times); });
  }
  const std::vector<double> seconds = MedianSeconds(works, {.turn_seconds = trial.settings.Choose(1e-3, 2e-3, 4e-3),
                                                            .seconds = trial.settings.Choose(0.4, 2.0, 6.0),
                                                            .processor_time = true,
                                                            .stop = trial.stop});
  Figures figures;
  if (seconds.empty()) return figures;
  for (size_t a = 0; a < names.size(); ++a) {
    for (size_t part = 0; part < std::size(kParts); ++part) {
      const double scale = kParts[part] == Part::kStep ? 1e6 : kNanoseconds / static_cast<double>(kFloats);
      figures.Set(Cost(kParts[part], names[a]), scale * seconds[a * std::size(kParts) + part]);
      if (a == 0) continue;
      figures.Set(Ratio(kParts[part], names[a], names[0]), seconds[a * std::size(kParts) + part] / seconds[part]);
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  std::vector<Expectation> expectations;
  const std::vector<std::string> names = Tried(settings);
  for (size_t a = 1; a < names.size(); ++a) {
    const auto cheaper = [&](Part part, double bound, std::string basis) {
      return AtLeast(Ratio(part, names[a], names[0]), bound,
                     fmt::format("{} takes less than with {}", Name(part), names[a]), std::move(basis));
    };
    expectations.push_back(Essential(cheaper(Part::kForward, 1.5, "less would be a matter of the implementation")));
    expectations.push_back(cheaper(Part::kBackward, 1.1, "a tenth is the least that anyone would notice"));
    expectations.push_back(cheaper(Part::kStep, 1.1, "a tenth is the least that anyone would notice"));
  }
  return expectations;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  const std::vector<std::string> names = Tried(settings);
  Table table{
      .title = fmt::format("On one thread, {} floats in the cache; a step of {}-{}-{}-{} with batches of {}", kFloats,
                           kInputs, kWidth, kWidth, kClasses, kBatch),
      .columns = {"activation", "forward (ns for an element)", "backward (ns for an element)", "a training step (us)"},
      .rows = {}};
  for (const std::string& name : names) {
    table.rows.push_back(RowOf(
        name,
        std::vector<std::string>{Cost(Part::kForward, name), Cost(Part::kBackward, name), Cost(Part::kStep, name)},
        estimates));
  }
  BarChart chart{.title = fmt::format("Time against that of {}", names[0]),
                 .x_label = fmt::format("times as long as {}", names[0]),
                 .rows = {},
                 .series = {names.begin() + 1, names.end()},
                 .panels = {},
                 .mark = 1};
  std::vector<std::vector<std::string>> bars;
  for (const Part part : kParts) {
    chart.rows.emplace_back(Name(part));
    bars.emplace_back();
    for (const std::string& rival : chart.series) bars.back().push_back(Ratio(part, rival, names[0]));
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{table}, {{chart}}};
}

}  // namespace

Experiment SpeedExperiment() {
  return {.name = kSpeedClaim,
          .claim = "Thresholding at zero is cheaper than the exponentials of sigmoid and tanh.",
          .question =
              "How many times as long as ReLU do sigmoid and tanh take forward, backward, and in a whole "
              "training step, side by side on one thread?",
          .practice =
              "Alone the difference is large; in a training step nearly all of the time goes into the products "
              "of matrices. Choose an activation by what it learns, not by its speed.",
          .trials = {4, 6, 10},
          .trial_seconds = {0.6, 2.3, 6.5},
          .timed = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
