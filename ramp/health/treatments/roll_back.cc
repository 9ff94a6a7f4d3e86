#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/treatments/learning_rate.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

// The best weights are the first ones before an epoch has ended.
std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  TrainingState& state = course.state;
  TrainingPosition& position = state.position;
  if (state.parameters == state.best_parameters) return std::nullopt;
  std::ranges::copy(state.best_parameters, course.network.parameters().begin());
  state.optimizer.steps = 0;
  std::ranges::fill(state.optimizer.first, 0.0f);
  std::ranges::fill(state.optimizer.second, 0.0f);
  state.gradient_sum = {};
  const size_t epoch = position.best_epoch;
  position = {.epoch = epoch + 1,
              .epochs = {position.epochs.begin(), position.epochs.begin() + static_cast<ptrdiff_t>(epoch)},
              .best_epoch = epoch};
  double rate = SmallerRate(course.options, context.patient);
  // What ended in numbers that are not finite is given no rate above the usual one again.
  if (context.patient.divergence) rate = std::min(rate, FindOptimizer(course.options.optimizer).learning_rate);
  course.options.learning_rate = rate;
  return fmt::format("back to {}, and on with a learning rate of {:.3g}",
                     epoch > 0 ? fmt::format("the best weights, of epoch {}", epoch) : "the first weights",
                     course.options.learning_rate);
}

}  // namespace

Treatment RollBackTreatment() {
  return {.name = kRollBack,
          .does =
              "goes back to the weights that were best on validation, or to the first ones, with what the optimizer "
              "remembers forgotten and a smaller learning rate",
          .apply = Apply};
}

}  // namespace ramp
