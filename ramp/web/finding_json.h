// Findings and layers of the doctor as JSON, with the words that `ramp train --json` uses.
#ifndef RAMP_WEB_FINDING_JSON_H_
#define RAMP_WEB_FINDING_JSON_H_

#include <cmath>

#include "ramp/health/report.h"
#include "ramp/training/trainer.h"
#include "ramp/web/json.h"
#include "ramp/web/play_run.h"

namespace ramp::web {

Json FindingsJson(const Findings& findings);
Json LayerJson(const LayerFigures& layer);
std::string_view ScoreName(Task task);  // "accuracy", "R2"
// null where nothing was evaluated.
Json LossJson(const Evaluation& evaluation);
Json ScoreJson(const Evaluation& evaluation);

}  // namespace ramp::web

#endif  // RAMP_WEB_FINDING_JSON_H_
