// A doctor for each member of an ensemble, and one report of them all.
#ifndef RAMP_HEALTH_ENSEMBLE_DOCTOR_H_
#define RAMP_HEALTH_ENSEMBLE_DOCTOR_H_

#include <memory>
#include <vector>

#include "ramp/health/doctor.h"
#include "ramp/training/ensemble.h"

namespace ramp {

class EnsembleDoctor : public EnsembleWatcher {
 public:
  // The data must outlive it; `options` are those of the training to come.
  EnsembleDoctor(const TrainingData& data, const EnsembleOptions& options);

  TrainingObserver* ObserverOf(const MemberView& member) override;
  void OnFinished(const MemberView& member, const TrainingResult& result) override;

  // Of the recipes with votes. A layer stands for that layer of all members of its recipe: units are counted together,
  // other figures are means. A finding is made once for a recipe, and says how many members have it; it is a note where
  // fewer than half of them do.
  HealthReport Report(const EnsembleScores& scores) const;

 private:
  struct Watched {
    std::unique_ptr<Doctor> doctor;
    HealthReport report;
    bool finished = false;
  };

  void AddLayers(const RecipeResult& recipe, HealthReport& joined) const;
  void AddFindings(const RecipeResult& recipe, HealthReport& joined) const;
  std::vector<const HealthReport*> ReportsOf(const RecipeResult& recipe) const;

  const TrainingData& data_;
  std::vector<std::vector<Watched>> members_;  // by recipe
};

}  // namespace ramp

#endif  // RAMP_HEALTH_ENSEMBLE_DOCTOR_H_
