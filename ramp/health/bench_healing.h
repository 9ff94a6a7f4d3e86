// For tests: what becomes of a sick training that is left alone, treated on its way, begun anew with a random remedy,
// and of the same network set up well.
#ifndef RAMP_HEALTH_BENCH_HEALING_H_
#define RAMP_HEALTH_BENCH_HEALING_H_

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/clinic.h"
#include "ramp/network/initialize.h"

namespace ramp {

// Treatments take a quarter of a training at most, so the trainings must not be shorter than what they are meant for.
inline constexpr size_t kFewestEpochs = 20;

struct HealingRun {
  double untreated = 0, treated = 0, random = 0, well = 0;  // scores on rows that nothing was chosen by
  double share = 0;                                         // of all steps that went into treatment
  std::vector<std::string> kept;                            // treatments
  std::vector<TreatmentRecord> records;
};

inline TrainingOptions HealingOptions(const HealthCase& c, uint64_t seed) {
  TrainingOptions options = c.options;
  options.epochs = std::max(options.epochs, kFewestEpochs);
  options.seed = seed;
  return options;
}

inline Network NetworkOf(const std::string& text, const TrainingData& data) {
  return Network(text, data.examples.encoding.shape, data.examples.encoding.outputs());
}

// The changed weights are the first ones.
inline void Spoil(const HealthCase& c, Network& network, Trainer& trainer) {
  c.change(network);
  TrainingState state = trainer.Save();
  state.best_parameters = state.parameters;
  trainer.Restore(state);
}

inline double ScoreOf(const HealthCase& c, const TrainingData& data, uint64_t seed, Treating treating,
                      HealingRun& run) {
  Clinic clinic(NetworkOf(c.network, data), data, HealingOptions(c, seed), treating);
  if (c.change) Spoil(c, clinic.network(), clinic.trainer());
  const TrainingResult result = clinic.Run();
  if (treating == Treating::kAuto) {
    const HealthReport report = clinic.Report(result);
    run.share = report.treatment_share;
    run.records = report.treatments;
    for (const TreatmentRecord& record : report.treatments) {
      if (record.kept) run.kept.emplace_back(record.treatment);
    }
  }
  return clinic.trainer().Test().score;
}

inline double ScoreOfWell(const HealthCase& c, uint64_t seed) {
  HealthCase well = c;
  if (c.well.data) well.data = c.well.data;
  if (!c.well.network.empty()) well.network = c.well.network;
  well.options.balanced = c.well.balanced;
  well.options.initialization.clear();
  well.options.initial_gain = 1;
  well.options.learning_rate = 0;
  well.change = {};
  HealingRun unused;
  return ScoreOf(well, well.data(seed), seed, Treating::kOff, unused);
}

// Begun anew with one of all treatments, drawn from those that find something to do.
inline double ScoreOfRandom(const HealthCase& c, const TrainingData& data, uint64_t seed) {
  Network network = NetworkOf(c.network, data);
  const TrainingOptions options = HealingOptions(c, seed);
  Trainer sick(network, data, options);
  if (c.change) Spoil(c, network, sick);
  Doctor doctor(network, data, options);
  doctor.Begin(true);
  std::vector<TreatedCourse> courses;
  for (const Treatment& treatment : Treatments()) {
    if (auto treated = Treat(treatment.name, sick, data, doctor.patient())) courses.push_back(std::move(*treated));
  }
  Random random(seed, 81);
  Course& course = courses[random.Below(courses.size())].course;
  Trainer trainer(course.network, data, course.options);
  trainer.Restore(course.state);
  trainer.Run();
  return trainer.Test().score;
}

inline HealingRun Heal(const HealthCase& c, uint64_t seed) {
  const TrainingData data = c.data(seed);
  HealingRun run;
  run.untreated = ScoreOf(c, data, seed, Treating::kOff, run);
  run.treated = ScoreOf(c, data, seed, Treating::kAuto, run);
  run.random = ScoreOfRandom(c, data, seed);
  run.well = ScoreOfWell(c, seed);
  return run;
}

}  // namespace ramp

#endif  // RAMP_HEALTH_BENCH_HEALING_H_
