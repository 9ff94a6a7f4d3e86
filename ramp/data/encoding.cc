#include "ramp/data/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "ramp/base/error.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

// Beyond these an encoding is no honest one.
constexpr size_t kMostText = size_t{1} << 28;
constexpr size_t kMostAxes = 8;
constexpr size_t kMostInputs = size_t{1} << 26;
constexpr size_t kMostNames = size_t{1} << 20;
constexpr size_t kMostTokens = 65000;

Json ColumnToJson(const TableColumn& column) {
  if (!column.numeric) return {{"name", column.name}, {"values", column.values}};
  return {{"name", column.name},
          {"mean", column.mean},
          {"deviation", column.deviation},
          {"median", column.median},
          {"may_be_missing", column.may_be_missing}};
}

[[noreturn]] void Fail(const std::string& place, const std::string& problem) {
  throw Error(
      fmt::format("the model's encoding of its data is damaged: '{}' {}: train the model again", place, problem));
}

// The members of one JSON object, each checked for its type, its absence told by name.
class Members {
 public:
  Members(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
    if (!json.is_object()) Fail(place_, "is no object");
  }

  bool has(const char* key) const { return json_.contains(key); }
  std::string place(const char* key) const { return place_.empty() ? key : place_ + "." + key; }

  const Json& operator[](const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) Fail(place(key), "is missing");
    return *found;
  }
  const Json& List(const char* key, size_t most) const {
    const Json& list = (*this)[key];
    if (!list.is_array()) Fail(place(key), "is no list");
    if (list.size() > most) Fail(place(key), fmt::format("has more than {} entries", most));
    return list;
  }
  double Number(const char* key) const { return ToNumber((*this)[key], place(key)); }
  double Deviation(const char* key) const {
    const double deviation = Number(key);
    if (!(deviation > 0)) Fail(place(key), "is not above 0");
    return deviation;
  }
  bool Truth(const char* key) const {
    const Json& value = (*this)[key];
    if (!value.is_boolean()) Fail(place(key), "is neither true nor false");
    return value.get<bool>();
  }
  size_t Size(const char* key) const { return ToSize((*this)[key], place(key)); }
  std::string Text(const char* key) const { return ToText((*this)[key], place(key)); }

  std::vector<std::string> Names(const char* key) const {
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    for (const Json& entry : List(key, kMostNames)) {
      names.push_back(ToText(entry, place(key)));
      if (!seen.insert(names.back()).second) Fail(place(key), fmt::format("names '{}' twice", names.back()));
    }
    return names;
  }
  std::vector<float> Floats(const char* key, bool positive) const {
    std::vector<float> floats;
    for (const Json& entry : List(key, kMostInputs)) {
      const auto value = static_cast<float>(ToNumber(entry, place(key)));
      if (positive && !(value > 0)) Fail(place(key), "has a value that is not above 0");
      floats.push_back(value);
    }
    return floats;
  }
  Shape Sizes(const char* key) const {
    std::vector<size_t> sizes;
    size_t count = 1;
    for (const Json& entry : List(key, kMostAxes)) {
      const size_t size = ToSize(entry, place(key));
      if (size == 0 || size > kMostInputs / count) {
        Fail(place(key), fmt::format("is no shape of 1 to {} values", kMostInputs));
      }
      count *= size;
      sizes.push_back(size);
    }
    if (sizes.empty()) Fail(place(key), "is empty");
    return Shape(std::move(sizes));
  }

 private:
  static double ToNumber(const Json& value, const std::string& place) {
    if (!value.is_number()) Fail(place, "is no number");
    const double number = value.get<double>();
    if (!(std::abs(number) <= static_cast<double>(std::numeric_limits<float>::max()))) {
      Fail(place, "is beyond what a 32-bit float can hold");
    }
    return number;
  }
  static size_t ToSize(const Json& value, const std::string& place) {
    if (!value.is_number_unsigned()) Fail(place, "is no whole number");
    return value.get<size_t>();
  }
  static std::string ToText(const Json& value, const std::string& place) {
    if (!value.is_string()) Fail(place, "is no text");
    return value.get<std::string>();
  }

  const Json& json_;
  std::string place_;
};

TableColumn ColumnFromJson(const Members& members) {
  TableColumn column;
  column.name = members.Text("name");
  column.numeric = !members.has("values");
  if (column.numeric) {
    column.mean = members.Number("mean");
    column.deviation = members.Deviation("deviation");
    column.median = members.Number("median");
    column.may_be_missing = members.Truth("may_be_missing");
  } else {
    column.values = members.Names("values");
  }
  return column;
}

void ReadTable(const Members& table, Encoding& encoding) {
  encoding.target = table.Text("target");
  encoding.header = table.Truth("header");
  encoding.target_index = table.Size("target_index");
  size_t width = 0;
  std::unordered_set<std::string> seen = {encoding.target};
  size_t place = 0;
  for (const Json& entry : table.List("columns", kMostNames)) {
    encoding.columns.push_back(ColumnFromJson(Members(entry, fmt::format("table.columns[{}]", place++))));
    const TableColumn& column = encoding.columns.back();
    if (!seen.insert(column.name).second) Fail("table.columns", fmt::format("has '{}' twice", column.name));
    width += column.width();
  }
  if (encoding.target_index > encoding.columns.size()) Fail("table.target_index", "lies outside the table");
  if (encoding.shape != Shape{width}) {
    Fail("shape", fmt::format("is {}, but the columns take {} inputs", encoding.shape.text(), width));
  }
}

void ReadArray(const Members& array, Encoding& encoding) {
  encoding.mean = array.Floats("mean", false);
  encoding.deviation = array.Floats("deviation", true);
  if (encoding.mean.size() != encoding.deviation.size()) Fail("array", "has not as many means as deviations");
  const size_t pairs = encoding.mean.size();
  if (pairs != 1 && pairs != encoding.shape.units() && pairs != encoding.shape.count()) {
    Fail("array.mean", fmt::format("has {} values for inputs of {}", pairs, encoding.shape.text()));
  }
  if (array.has("resizes")) encoding.resizes = array.Truth("resizes");
  if (encoding.resizes && encoding.shape.rank() != 3) Fail("array.resizes", "is for pictures alone");
}

void ReadSound(const Members& members, Encoding& encoding) {
  SoundEncoding sound;
  sound.window = members.Deviation("window");
  sound.hop = members.Deviation("hop");
  sound.lowest = members.Deviation("lowest");
  sound.highest = members.Deviation("highest");
  const bool plausible = sound.window >= 0.001 && sound.window <= 1 && sound.hop >= 0.001 && sound.hop <= 1 &&
                         sound.lowest < sound.highest && sound.highest <= 200000;
  if (!plausible) Fail("sound", "has frames or bands beyond what can be heard");
  if (encoding.shape.rank() != 2 || encoding.shape[1] > 512) Fail("shape", "is none of frames and bands of sound");
  encoding.sound = sound;
}

void ReadText(const Members& members, Encoding& encoding) {
  TextEncoding text;
  text.characters = members.Truth("characters");
  text.next = members.Truth("next");
  text.tokens = text.next ? encoding.labels : members.Names("tokens");
  if (text.next && (!text.characters || encoding.task != Task::kClassification)) {
    Fail("text.next", "is for characters alone");
  }
  if (text.tokens.empty() || text.tokens.size() > kMostTokens) {
    Fail("text.tokens", fmt::format("are not 1 to {}", kMostTokens));
  }
  if (encoding.shape.rank() != 1) Fail("shape", "is none of tokens");
  encoding.text = std::move(text);
}

}  // namespace

std::string Encoding::Wanted() const {
  if (text) return text->next ? "a text file" : "text (a folder or a file a class, or a file with a text a line)";
  if (sound) return "sound (a folder of WAV files, or one)";
  if (mean.empty()) return "a table (CSV)";
  return fmt::format("{} of {}", shape.rank() == 3 ? "pictures (PNG, IDX or NPY)" : "arrays (IDX or NPY)",
                     shape.text());
}

std::string Encoding::ToJson() const {
  Json json = {{"shape", shape.sizes()}};
  if (task == Task::kClassification) {
    json["task"] = "classification";
    json["labels"] = labels;
  } else {
    json["task"] = "regression";
    json["target_mean"] = target_mean;
    json["target_deviation"] = target_deviation;
  }
  if (text) {
    json["text"] = {{"characters", text->characters}, {"next", text->next}};
    if (!text->next) json["text"]["tokens"] = text->tokens;
  } else if (mean.empty()) {
    Json list = Json::array();
    for (const TableColumn& column : columns) list.push_back(ColumnToJson(column));
    json["table"] = {{"target", target}, {"header", header}, {"target_index", target_index}, {"columns", list}};
  } else {
    json["array"] = {{"mean", mean}, {"deviation", deviation}};
    if (resizes) json["array"]["resizes"] = true;
    if (sound) {
      json["sound"] = {
          {"window", sound->window}, {"hop", sound->hop}, {"lowest", sound->lowest}, {"highest", sound->highest}};
    }
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Encoding Encoding::FromJson(std::string_view text) {
  if (text.size() > kMostText) Fail("its text", fmt::format("is longer than {} bytes", kMostText));
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) Fail("its text", "is no JSON");
  const Members members(json, "");
  Encoding encoding;
  encoding.shape = members.Sizes("shape");
  const std::string task = members.Text("task");
  if (task == "classification") {
    encoding.labels = members.Names("labels");
    if (encoding.labels.size() < 2) Fail("labels", "has fewer than two classes");
  } else if (task == "regression") {
    encoding.task = Task::kRegression;
    encoding.target_mean = members.Number("target_mean");
    encoding.target_deviation = members.Deviation("target_deviation");
  } else {
    Fail("task", "is neither classification nor regression");
  }
  if (members.has("table") + members.has("array") + members.has("text") != 1) {
    Fail("table", "'array' and 'text' exclude each other, and one is needed");
  }
  if (members.has("table")) {
    ReadTable(Members(members["table"], "table"), encoding);
  } else if (members.has("text")) {
    ReadText(Members(members["text"], "text"), encoding);
  } else {
    ReadArray(Members(members["array"], "array"), encoding);
    if (members.has("sound")) ReadSound(Members(members["sound"], "sound"), encoding);
  }
  return encoding;
}

}  // namespace ramp
