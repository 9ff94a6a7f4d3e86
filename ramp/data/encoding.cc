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

// The members of one JSON object, each checked for its type; an absent one is reported by its name.
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

TableEncoding ReadTable(const Members& members, const Shape& shape) {
  TableEncoding table{.target = members.Text("target"),
                      .header = members.Truth("header"),
                      .target_index = members.Size("target_index")};
  size_t width = 0;
  std::unordered_set<std::string> seen = {table.target};
  size_t place = 0;
  for (const Json& entry : members.List("columns", kMostNames)) {
    table.columns.push_back(ColumnFromJson(Members(entry, fmt::format("table.columns[{}]", place++))));
    const TableColumn& column = table.columns.back();
    if (!seen.insert(column.name).second) Fail("table.columns", fmt::format("has '{}' twice", column.name));
    width += column.width();
  }
  if (table.target_index > table.columns.size()) Fail("table.target_index", "lies outside the table");
  if (shape != Shape{width}) {
    Fail("shape", fmt::format("is {}, but the columns take {} inputs", shape.text(), width));
  }
  return table;
}

void ReadArray(const Members& array, Encoding& encoding) {
  InputScale scale{.mean = array.Floats("mean", false), .deviation = array.Floats("deviation", true)};
  if (scale.mean.size() != scale.deviation.size()) Fail("array", "has not as many means as deviations");
  const size_t pairs = scale.mean.size();
  if (pairs != 1 && pairs != encoding.shape.units() && pairs != encoding.shape.count()) {
    Fail("array.mean", fmt::format("has {} values for inputs of {}", pairs, encoding.shape.text()));
  }
  const bool resizes = array.has("resizes") && array.Truth("resizes");
  encoding.SetScale(std::move(scale));
  auto* picture = std::get_if<PictureEncoding>(&encoding.data);
  if (resizes && picture == nullptr) Fail("array.resizes", "is for pictures alone");
  if (resizes) picture->resizes = true;
}

SoundEncoding ReadSound(const Members& members, const Shape& shape) {
  SoundEncoding sound{.window = members.Deviation("window"),
                      .hop = members.Deviation("hop"),
                      .lowest = members.Deviation("lowest"),
                      .highest = members.Deviation("highest")};
  const bool plausible = sound.window >= 0.001 && sound.window <= 1 && sound.hop >= 0.001 && sound.hop <= 1 &&
                         sound.lowest < sound.highest && sound.highest <= 200000;
  if (!plausible) Fail("sound", "has frames or bands beyond what can be heard");
  if (shape.rank() != 2 || shape[1] > 512) Fail("shape", "is not that of frames and bands of sound");
  return sound;
}

TextEncoding ReadText(const Members& members, const Encoding& encoding) {
  TextEncoding text{.characters = members.Truth("characters"), .next = members.Truth("next")};
  text.tokens = text.next ? encoding.labels : members.Names("tokens");
  if (text.next && (!text.characters || encoding.task != Task::kClassification)) {
    Fail("text.next", "is for characters alone");
  }
  if (text.tokens.empty() || text.tokens.size() > kMostTokens) {
    Fail("text.tokens", fmt::format("are not 1 to {}", kMostTokens));
  }
  if (encoding.shape.rank() != 1) Fail("shape", "is not that of tokens");
  return text;
}

// The member `scale` of the alternative that `data` holds; null where that has no scale.
template <class Scaled, class Data>
Scaled* ScaleIn(Data& data) {
  return std::visit(
      [](auto& kind) -> Scaled* {
        if constexpr (requires { kind.scale; }) return &kind.scale;
        return nullptr;
      },
      data);
}

}  // namespace

const TableEncoding* Encoding::table() const {
  const auto* foreign = std::get_if<ForeignEncoding>(&data);
  return foreign != nullptr ? &foreign->table : std::get_if<TableEncoding>(&data);
}

const InputScale* Encoding::scale() const { return ScaleIn<const InputScale>(data); }

std::span<const TableColumn> Encoding::columns() const {
  return table() != nullptr ? std::span<const TableColumn>(table()->columns) : std::span<const TableColumn>();
}

void Encoding::SetScale(InputScale scale) {
  if (sound() == nullptr && std::get_if<PictureEncoding>(&data) == nullptr) {
    if (shape.rank() == 3) {
      data = PictureEncoding{};
    } else {
      data = ArrayEncoding{};
    }
  }
  *ScaleIn<InputScale>(data) = std::move(scale);
}

std::string Encoding::Wanted() const {
  if (text() != nullptr) {
    return text()->next ? "a text file" : "text (a folder or a file a class, or a file with a text a line)";
  }
  if (sound() != nullptr) return "sound (a folder of WAV files, or one)";
  if (scale() == nullptr) return "a table (CSV)";
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
  if (const TextEncoding* how = text()) {
    json["text"] = {{"characters", how->characters}, {"next", how->next}};
    if (!how->next) json["text"]["tokens"] = how->tokens;
  } else if (const InputScale* pairs = scale()) {
    json["array"] = {{"mean", pairs->mean}, {"deviation", pairs->deviation}};
    const auto* picture = std::get_if<PictureEncoding>(&data);
    if (picture != nullptr && picture->resizes) json["array"]["resizes"] = true;
    if (const SoundEncoding* bands = sound()) {
      json["sound"] = {
          {"window", bands->window}, {"hop", bands->hop}, {"lowest", bands->lowest}, {"highest", bands->highest}};
    }
  } else {
    Json list = Json::array();
    for (const TableColumn& column : columns()) list.push_back(ColumnToJson(column));
    json["table"] = {{"target", table()->target},
                     {"header", table()->header},
                     {"target_index", table()->target_index},
                     {"columns", list}};
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
    encoding.data = ReadTable(Members(members["table"], "table"), encoding.shape);
  } else if (members.has("text")) {
    encoding.data = ReadText(Members(members["text"], "text"), encoding);
  } else {
    if (members.has("sound")) encoding.data = ReadSound(Members(members["sound"], "sound"), encoding.shape);
    ReadArray(Members(members["array"], "array"), encoding);
  }
  return encoding;
}

}  // namespace ramp
