// What a remedy's button does: a change of the page's settings, or a treatment of the training that runs.
#ifndef RAMP_WEB_REMEDY_SETTINGS_H_
#define RAMP_WEB_REMEDY_SETTINGS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/web/json.h"
#include "ramp/web/play_run.h"
#include "ramp/web/state.h"

namespace ramp::web {

// A change that was made.
struct RemedyDone {
  std::string sentence = {};        // "learning rate 0.3 -> 0.03"
  bool restarts = false;            // it shows in a run from the beginning alone
  std::string_view treatment = {};  // of health/treatments.h, of the weights alone; says itself what it did
  bool to_best_weights = false;     // the run goes back to its best epoch
};

// The names of those that a button may apply; the other remedies are advice.
std::vector<std::string_view> AppliedRemedies();
bool CanApply(std::string_view remedy);
// Throws UsageError for advice, and where it changes nothing.
RemedyDone ApplyRemedy(std::string_view remedy, const RunFigures& figures, Settings& settings);

// [{name, text, can}], of all remedies or of those of a finding.
Json RemediesJson(std::span<const std::string_view> names);

}  // namespace ramp::web

#endif  // RAMP_WEB_REMEDY_SETTINGS_H_
