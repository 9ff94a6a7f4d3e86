#include "ramp/web/play_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/data/generated.h"

namespace ramp::web {
namespace {

// Of a set that a page can train on: it counts its rows, which can be bounded before it is made.
constexpr std::string_view kRows = "rows";
constexpr double kMargin = 0.08;  // of the plane around the points

const Setting* RowsOf(const GeneratedSet& set) {
  const auto found = std::ranges::find(set.settings, kRows, &Setting::word);
  return found == set.settings.end() ? nullptr : &*found;
}

// A few rows tell how many inputs a set has.
bool CanBePlayed(const GeneratedSet& set) {
  const Setting* rows = RowsOf(set);
  if (rows == nullptr) return false;
  const Generated few = Generate(set, fmt::format("{} {} {}", set.name, kRows, rows->low), 1);
  return few.text.empty() && few.examples.encoding.shape.count() <= kMostInputs;
}

std::vector<const GeneratedSet*> FindPlayedSets() {
  std::vector<const GeneratedSet*> sets;
  for (const GeneratedSet& set : GeneratedSets()) {
    if (CanBePlayed(set)) sets.push_back(&set);
  }
  return sets;
}

const std::vector<const GeneratedSet*>& PlayedSets() {
  static const std::vector<const GeneratedSet*> kSets = FindPlayedSets();
  return kSets;
}

std::string PlayedNames() {
  std::string names;
  for (const GeneratedSet* set : PlayedSets()) names += (names.empty() ? "" : ", ") + std::string(set->name);
  return names;
}

TrainingData MakeSet(const std::string& text, uint64_t seed) {
  const GeneratedSet* set = FindGeneratedSet(text);
  if (set != nullptr && std::ranges::count(PlayedSets(), set) == 0) {
    throw UsageError(fmt::format("'{}' is too large for the plane; there are: {}", set->name, PlayedNames()));
  }
  if (set != nullptr) {
    std::vector<SettingWord> words = SplitSettings("data", text);
    for (const SettingWord& word : words) {
      if (word.word == kRows && word.number && *word.number > static_cast<double>(kMostRows)) {
        throw UsageError(
            fmt::format("data: {} rows are more than the {} that the explorer takes", *word.number, kMostRows));
      }
    }
  }
  return MakeTrainingData({.path = text, .seed = seed});
}

// A column of a table as the inputs that it takes.
void AddAxes(const TableColumn& column, std::vector<InputAxis>& axes) {
  if (!column.numeric) {
    for (const std::string& value : column.values) axes.push_back({.name = fmt::format("{} = {}", column.name, value)});
    return;
  }
  axes.push_back({.name = column.name, .mean = column.mean, .deviation = column.deviation});
  if (column.may_be_missing) axes.push_back({.name = column.name + " is missing"});
}

std::vector<InputAxis> AxesOf(const Encoding& encoding) {
  const size_t inputs = encoding.shape.count();
  std::vector<InputAxis> axes;
  for (const TableColumn& column : encoding.columns()) AddAxes(column, axes);
  if (!axes.empty()) return axes;
  for (size_t i = 0; i < inputs; ++i) {
    InputAxis axis{.name = inputs == 1 ? "x" : fmt::format("x{}", i + 1)};
    if (const InputScale* scale = encoding.scale()) {
      axis.mean = static_cast<double>(scale->mean[i % scale->mean.size()]);
      axis.deviation = static_cast<double>(scale->deviation[i % scale->mean.size()]);
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

void FindEnds(PlayData& data) {
  const size_t inputs = data.input_count(), rows = data.training.examples.rows;
  for (size_t i = 0; i < inputs; ++i) {
    InputAxis& axis = data.axes[i];
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (size_t row = 0; row < rows; ++row) {
      const auto value = static_cast<double>(data.inputs[row * inputs + i]);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    const double margin = high > low ? kMargin * (high - low) : 1;
    axis.low = (low - margin) * axis.deviation + axis.mean;
    axis.high = (high + margin) * axis.deviation + axis.mean;
  }
}

}  // namespace

PlayDataPointer MakePlayData(TrainingData training) {
  auto data = std::make_shared<PlayData>();
  data->training = std::move(training);
  const Dataset& examples = data->training.examples;
  const size_t inputs = examples.encoding.shape.count();
  if (inputs == 0 || inputs > kMostInputs || examples.encoding.vocabulary() > 0) {
    throw UsageError(
        fmt::format("the data has {} inputs, and the explorer takes 1 to {}: leave columns out", inputs, kMostInputs));
  }
  if (examples.rows > kMostRows) {
    throw UsageError(fmt::format("the data has {} rows, and the explorer takes at most {}: take a part of them",
                                 examples.rows, kMostRows));
  }
  data->axes = AxesOf(examples.encoding);
  data->inputs.resize(examples.rows * inputs);
  examples.Gather(AllRows(examples), data->inputs.data());
  FindEnds(*data);
  return data;
}

PlayDataPointer MakePlayData(const DataChoice& choice, uint64_t seed) {
  try {
    if (!choice.set.empty()) return MakePlayData(MakeSet(choice.set, seed));
    return MakePlayData(ReadTrainingTable({.path = choice.name, .target = choice.target, .seed = seed}, *choice.csv));
  } catch (const Error& error) {
    throw FieldError("state.data", error.what());
  }
}

Json PointsJson(const PlayData& data) {
  const Dataset& examples = data.training.examples;
  const Encoding& encoding = examples.encoding;
  const bool classes = encoding.task == Task::kClassification;
  const size_t inputs = data.input_count();
  Json names = Json::array(), low = Json::array(), high = Json::array();
  for (const InputAxis& axis : data.axes) {
    names.push_back(axis.name);
    low.push_back(axis.low);
    high.push_back(axis.high);
  }
  std::vector<float> x, y;
  for (size_t row = 0; row < examples.rows; ++row) {
    for (size_t i = 0; i < inputs; ++i) {
      const InputAxis& axis = data.axes[i];
      x.push_back(static_cast<float>(static_cast<double>(data.inputs[row * inputs + i]) * axis.deviation + axis.mean));
    }
    if (!examples.has_targets()) continue;
    y.push_back(classes ? static_cast<float>(examples.labels[row])
                        : static_cast<float>(static_cast<double>(examples.values[row]) * encoding.target_deviation +
                                             encoding.target_mean));
  }
  std::vector<uint8_t> part(examples.rows, 0);
  for (const uint32_t row : data.training.validation) part[row] = 1;
  for (const uint32_t row : data.training.test) part[row] = 2;
  return {{"rows", examples.rows},
          {"name", data.training.name},
          {"task", classes ? "classification" : "regression"},
          {"inputs", names},
          {"target", encoding.table() == nullptr ? "" : encoding.table()->target},
          {"labels", classes ? Json(encoding.labels) : Json::array()},
          {"low", low},
          {"high", high},
          {"x", Base64<float>(x)},
          {"y", Base64<float>(y)},
          {"part", Base64<uint8_t>(part)},
          {"notes", examples.notes}};
}

Json GeneratedSetsJson() {
  Json sets = Json::array();
  for (const GeneratedSet* set : PlayedSets()) {
    Json settings = Json::array();
    for (const Setting& setting : set->settings) {
      const bool rows = setting.word == kRows;
      settings.push_back({{"name", setting.word},
                          {"initial", setting.initial},
                          {"low", setting.low},
                          {"high", rows ? static_cast<double>(kMostRows) : setting.high},
                          {"whole", setting.whole},
                          {"meaning", setting.meaning}});
    }
    sets.push_back({{"name", set->name}, {"summary", set->summary}, {"settings", settings}});
  }
  return sets;
}

std::string ShellWord(const std::string& word) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string DataArguments(const DataChoice& choice) {
  if (!choice.set.empty()) return ShellWord(choice.set);
  return ShellWord(choice.name) + (choice.target.empty() ? "" : " --target " + ShellWord(choice.target));
}

std::string DataAdvice(const DataChoice& choice) {
  return choice.set.empty() ? fmt::format("save the points as {} first", choice.name) : "";
}

}  // namespace ramp::web
