// What a page shows and trains: everything that stands in its address. README.md has the JSON.
#ifndef RAMP_WEB_STATE_H_
#define RAMP_WEB_STATE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ramp/training/options.h"
#include "ramp/web/fields.h"
#include "ramp/web/json.h"

namespace ramp::web {

// What one page may ask for, so that it cannot take the machine from the others.
inline constexpr size_t kMostRows = 20000;
inline constexpr size_t kMostInputs = 64;
inline constexpr size_t kMostParameters = 20000;
inline constexpr size_t kMostNodes = 100;
inline constexpr size_t kMostNetworkText = 2000;
inline constexpr size_t kMostEpochs = kMostEpochsOnPage;
inline constexpr size_t kMostBatch = kMostBatchOnPage;
inline constexpr size_t kMostSeeds = 200;
inline constexpr size_t kMostCsv = size_t{4} << 20;
inline constexpr size_t kMostDrawnUnits = 32;  // of a layer
inline constexpr size_t kMostKinks = 64;
inline constexpr size_t kMostPictures = 30;  // a second
inline constexpr double kMostPace = 1000;

// One of the two: the name of a generated set with its settings, or the text of a table.
struct DataChoice {
  std::string set = {};
  std::shared_ptr<const std::string> csv = nullptr;  // may be large, and is never changed
  std::string name = "points.csv", target = {};
};

// The knobs of one run. The seed is the state's.
struct Settings {
  std::string network = {};
  TrainingOptions training = {};
};

struct Look {
  std::optional<size_t> run = {};  // 0: a, 1: b; none: both
  std::array<size_t, 2> axes = {0, 1};
  size_t plane = 64, unit = 20;                    // points of the grids, in each direction
  std::vector<std::pair<size_t, int>> kinks = {};  // layer, unit; -1 stands for all units
  size_t pictures = 15;                            // a second
  bool runs = false;
};

struct State {
  DataChoice data = {};
  uint64_t seed = 1;
  Settings a = {};
  std::optional<Settings> b = {};
  double pace = 0;  // epochs a second; 0: no limit
  Look look = {};
};

// The first screen: units die in it, and the cure is named.
State StartState();

// The limits of a knob: of a number, or of a text's bytes.
struct Bounds {
  double low = 0, high = 0;
};

inline constexpr double kMostText = 200;

// Every knob once, for reading, writing and the command line: visit(name, option of `ramp train`, the setting, bounds).
// The knobs are the network and the training options that are on the page.
template <class AnySettings, class Visit>
void ForEachKnob(AnySettings& settings, const Visit& visit) {
  visit(std::string_view("network"), std::string_view("--network"), settings.network, Bounds{0, kMostNetworkText});
  ForEachOption(settings.training, [&](const OptionRow& row, auto& value) {
    if (!row.on_page) return;
    const bool is_text = std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>;
    visit(row.field, row.name, value,
          is_text ? Bounds{0, kMostText} : Bounds{row.low, std::min(row.high, row.most_on_page)});
  });
}

// Throw FieldError; what is absent stays as it is.
void ReadState(const Json& json, const std::string& place, State& state);
void ReadSettings(const Json& json, const std::string& place, Settings& settings);
void ReadLook(const Json& json, const std::string& place, Look& look);

Json ToJson(const State& state);
Json ToJson(const Settings& settings);
Json ToJson(const Look& look);

// "a" or "b" as 0 or 1.
size_t ReadRun(Fields& fields, std::string_view name);

}  // namespace ramp::web

#endif  // RAMP_WEB_STATE_H_
