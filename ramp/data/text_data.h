// Texts of classes: each becomes token numbers. The vocabulary is that of the training rows, without what comes up
// there only once. Texts are cut or filled up at their end to one length.
#ifndef RAMP_DATA_TEXT_DATA_H_
#define RAMP_DATA_TEXT_DATA_H_

#include <string>
#include <vector>

#include "ramp/data/data_kinds.h"
#include "ramp/data/file_examples.h"

namespace ramp {

struct TextSurvey : FileSurvey {
  std::vector<std::string> texts;  // [rows]
};

}  // namespace ramp

#endif  // RAMP_DATA_TEXT_DATA_H_
