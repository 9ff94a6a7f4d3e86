#include "ramp/health/treatments.h"

#include <algorithm>
#include <cmath>

#include "ramp/base/find_row.h"
#include "ramp/health/rows.h"
#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {
namespace {

constexpr size_t kMostRows = 256;

bool AllFinite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

// A divergence that shows behind the last update of an epoch has come into the weights: the best ones from before it
// take their place, and the epoch begins again.
void MakeSound(TrainingState& state, size_t batches) {
  if (state.position.batch < batches && AllFinite(state.parameters)) return;
  state.parameters = state.best_parameters;
  std::ranges::fill(state.optimizer.first, 0.0f);
  std::ranges::fill(state.optimizer.second, 0.0f);
  state.gradient_sum = {};
  state.position.batch = 0;
  state.position.sums = {};
}

}  // namespace

std::span<const Treatment> Treatments() {
  static const Treatment treatments[] = {
      StandardiseInputsTreatment(), UsualStartTreatment(),     RescaleStartTreatment(),
      RescaleLayersTreatment(),     RecycleUnitsTreatment(),   InsertBatchNormTreatment(),
      RectifyAndRestartTreatment(), LeakAndRestartTreatment(), ShortcutsAndRestartTreatment(),
      PlainOutputTreatment(),       LowerRateTreatment(),      HigherRateTreatment(),
      RollBackTreatment(),          ClipGradientTreatment(),   SkipBatchesTreatment(),
      BalanceClassesTreatment(),    AddDropoutTreatment(),     AddWeightDecayTreatment()};
  return treatments;
}

const Treatment& FindTreatment(std::string_view name) { return FindRow(Treatments(), "a treatment", name); }

std::vector<uint32_t> RowsForTreatment(const TrainingData& data) {
  return SpreadRows(data.examples, data.training, kMostRows);
}

Course CourseOf(const Trainer& trainer) {
  Course course{.network = CopyOf(trainer.network()), .options = trainer.options(), .state = trainer.Save()};
  MakeSound(course.state, trainer.batches_per_epoch());
  std::ranges::copy(course.state.parameters, course.network.parameters().begin());
  return course;
}

std::optional<TreatedCourse> Treat(std::string_view treatment, const Course& course, const TrainingData& data,
                                   const Patient& patient, std::span<const size_t> layers) {
  const Treatment& row = FindTreatment(treatment);
  const std::vector<uint32_t> rows = RowsForTreatment(data);
  TreatedCourse treated{.course = {.network = CopyOf(course.network), .options = course.options, .state = course.state},
                        .what = {}};
  const auto what = row.apply(treated.course, {data, rows, patient, layers});
  if (!what) return std::nullopt;
  treated.what = *what;
  TrainingState& state = treated.course.state;
  state.parameters.assign(treated.course.network.parameters().begin(), treated.course.network.parameters().end());
  if (IsFresh(treated.course)) state.best_parameters = state.parameters;
  return treated;
}

std::optional<TreatedCourse> Treat(std::string_view treatment, const Trainer& trainer, const TrainingData& data,
                                   const Patient& patient, std::span<const size_t> layers) {
  return Treat(treatment, CourseOf(trainer), data, patient, layers);
}

}  // namespace ramp
