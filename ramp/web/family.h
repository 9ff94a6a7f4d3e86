// The family of activations: its table, and samples of its curves.
#ifndef RAMP_WEB_FAMILY_H_
#define RAMP_WEB_FAMILY_H_

#include "ramp/web/fields.h"
#include "ramp/web/json.h"

namespace ramp::web {

// See Family in README.md.
Json FamilyJson();

// {name, parameters, low, high, count} or {name, parameters, at}: the reference and its derivative.
Json CurveOfActivation(Fields& fields);

}  // namespace ramp::web

#endif  // RAMP_WEB_FAMILY_H_
