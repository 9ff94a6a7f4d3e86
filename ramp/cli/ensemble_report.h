// The outcome of an ensemble's training, as JSON and for people.
#ifndef RAMP_CLI_ENSEMBLE_REPORT_H_
#define RAMP_CLI_ENSEMBLE_REPORT_H_

#include <cstdint>
#include <string>

#include "ramp/training/ensemble.h"

namespace ramp {

struct EnsembleReport {
  std::string data = {};  // "california"
  Task task = Task::kClassification;
  EnsembleResult result = {};
  Evaluation test = {};
  std::string model = {};  // the file written; empty: none was
  uint64_t seed = 0;
  int threads = 0;
};

// One JSON document, ending in a line feed.
std::string ToJson(const EnsembleReport& report);
std::string ToText(const EnsembleReport& report);

// The epochs of a training ensemble, on the standard error: a line for each recipe, which moves on a terminal.
class EnsembleDisplay {
 public:
  explicit EnsembleDisplay(std::string score_name);
  void Show(const EnsembleEpoch& epoch);
  // Ends the line of the last recipe.
  void Finish();

 private:
  std::string score_name_, recipe_, line_;
  bool live_;
};

}  // namespace ramp

#endif  // RAMP_CLI_ENSEMBLE_REPORT_H_
