// docs/measurements/ulp.md, which is part of the program.
#ifndef RAMP_WEB_ULP_TEXT_H_
#define RAMP_WEB_ULP_TEXT_H_

#include <string_view>

namespace ramp::web {

std::string_view UlpText();

}  // namespace ramp::web

#endif  // RAMP_WEB_ULP_TEXT_H_
