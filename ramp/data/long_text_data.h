// One long text: each example is the window of characters before a character, which is the target. The first windows
// begin with filling. Windows overlap and are made when they are gathered. The parts are split by position.
#ifndef RAMP_DATA_LONG_TEXT_DATA_H_
#define RAMP_DATA_LONG_TEXT_DATA_H_

#include <memory>
#include <string>

#include "ramp/data/data_kinds.h"

namespace ramp {

// The first pass over a text to train on that is read already. Throws Error when its characters are no classes.
std::unique_ptr<Survey> SurveyLongText(const std::string& name, std::string text);

}  // namespace ramp

#endif  // RAMP_DATA_LONG_TEXT_DATA_H_
