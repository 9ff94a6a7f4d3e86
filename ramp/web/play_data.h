// The examples that a page trains on, and how its plane lies in them.
#ifndef RAMP_WEB_PLAY_DATA_H_
#define RAMP_WEB_PLAY_DATA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ramp/data/source.h"
#include "ramp/web/json.h"
#include "ramp/web/state.h"

namespace ramp::web {

// One input of the network, and what it is in the data's own unit: raw = input x deviation + mean.
struct InputAxis {
  std::string name;
  double mean = 0, deviation = 1;
  double low = 0, high = 0;  // over the rows, with a margin, raw
};

struct PlayData {
  TrainingData training;
  std::vector<InputAxis> axes;  // one for each input
  std::vector<float> inputs;    // [rows, inputs], standardised

  size_t input_count() const { return axes.size(); }
};
using PlayDataPointer = std::shared_ptr<const PlayData>;

// Throws FieldError where there is no such set, or the table is wrong.
PlayDataPointer MakePlayData(const DataChoice& choice, uint64_t seed);
// Of data that is there already.
PlayDataPointer MakePlayData(TrainingData training);

// The examples as the page draws them; see Points in README.md.
Json PointsJson(const PlayData& data);

// The sets that a page can train on, with their settings.
Json GeneratedSetsJson();

// What stands behind `ramp train` for this data, and what has to be done before; empty: nothing.
std::string DataArguments(const DataChoice& choice);
std::string DataAdvice(const DataChoice& choice);

// A word as a shell takes it.
std::string ShellWord(const std::string& word);

}  // namespace ramp::web

#endif  // RAMP_WEB_PLAY_DATA_H_
