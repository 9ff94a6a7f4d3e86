// What the page builds its controls from: the tables of the library, as JSON.
#ifndef RAMP_WEB_TABLES_H_
#define RAMP_WEB_TABLES_H_

#include "ramp/activation/activation.h"
#include "ramp/web/json.h"

namespace ramp::web {

// See Tables in README.md. `parts` are those that this server has.
Json TablesJson(const Json& parts);

Json ParametersJson(const Activation& activation);

// The decimal that a float was written as: 0.01, not 0.009999999776482582.
double Decimal(float value);

}  // namespace ramp::web

#endif  // RAMP_WEB_TABLES_H_
