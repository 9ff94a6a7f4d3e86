// The outcome of a training, as JSON and for people.
#ifndef RAMP_CLI_TRAINING_REPORT_H_
#define RAMP_CLI_TRAINING_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ramp/health/report.h"
#include "ramp/training/ensemble.h"
#include "ramp/training/trivial_answer.h"

namespace ramp {

// Everything that `ramp train` found out.
struct TrainingReport {
  std::string data = {};             // "digits"
  std::string network = {};          // its text
  std::string trained_network = {};  // at the end: a treatment may have changed its layers
  size_t parameters = 0;
  TrainingResult result = {};
  Evaluation test = {};
  TrivialAnswer trivial = {};  // on the same rows; without test rows it says nothing
  HealthReport health = {};
  std::optional<EnsembleScores> ensemble = {};  // nothing: it is one network
  std::string model = {};                       // the file written; empty: none was
  std::string run = {};                         // its id in the history; empty: it is not there
  uint64_t seed = 0;
  int threads = 0;
};

// One JSON document, ending in a line feed.
std::string ToJson(const TrainingReport& report);
// The result and the table of layers, then the findings.
std::string ToText(const TrainingReport& report);

// The model answers worse than a constant, clearly; "" where it does not.
std::string WorseThanTrivial(const TrainingReport& report);

// Treatments that were tried, for people; empty where there were none.
std::string TreatmentsText(const HealthReport& health);
std::string TreatmentText(const TreatmentRecord& record, Task task);

// Causes with what follows from them, for people.
std::string FindingsText(const Findings& findings);
// "epoch 2, step 40", or "before the first step".
std::string WhenText(const Finding& finding);

// "accuracy" or "R2", and a score as people write it: "97.1 %" or "0.812".
std::string_view ScoreName(Task task);
std::string ScoreText(Task task, double score);

}  // namespace ramp

#endif  // RAMP_CLI_TRAINING_REPORT_H_
