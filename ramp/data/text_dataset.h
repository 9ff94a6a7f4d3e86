// Texts become examples of token numbers: a class for each text, or the next character of one long text.
#ifndef RAMP_DATA_TEXT_DATASET_H_
#define RAMP_DATA_TEXT_DATASET_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/picture_dataset.h"

namespace ramp {

struct TextOptions {
  bool characters = false;    // tokens are characters instead of words
  size_t length = 0;          // tokens of an example; 0: as many as the longest has, at most 256 (characters: 1024)
  size_t vocabulary = 20000;  // at most so many tokens, the most frequent ones
};

struct Texts {
  std::string name;
  std::vector<ExampleOrigin> origins;
  std::vector<std::string> texts;
  Notes notes;
};
// The files of a folder, each a text, or each with a text a line (blank lines are none).
Texts ReadTexts(const ExampleFolder& folder, const Progress& progress);

// The vocabulary is that of the training rows, without what comes up there only once. Texts are cut behind or filled up
// to the length.
Dataset FitTexts(const Texts& texts, const TextOptions& options, const SplitLabels& draw, Split& split);
Dataset EncodeTexts(const Texts& texts, const Encoding& encoding, bool for_test);

// One long text: each example is the window of characters before a character, which is the target. The first windows
// begin with filling. Windows overlap and are made when they are gathered. The parts should be split by position.
Dataset FitNextCharacter(const std::string& name, const std::string& text, size_t window);
// `for_test`: characters that the training did not have are errors; else the targets are not used then.
Dataset EncodeNextCharacter(const std::string& name, const std::string& text, const Encoding& encoding, bool for_test);

}  // namespace ramp

#endif  // RAMP_DATA_TEXT_DATASET_H_
