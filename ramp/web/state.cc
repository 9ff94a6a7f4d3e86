#include "ramp/web/state.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace ramp::web {
namespace {

constexpr std::array<const char*, 2> kRuns = {"a", "b"};

void ReadData(const Json& json, const std::string& place, DataChoice& data) {
  Fields fields(json, place);
  DataChoice read;
  fields.Read("set", read.set, 200);
  std::string csv;
  fields.Read("csv", csv, kMostCsv);
  fields.Read("name", read.name, 100);
  fields.Read("target", read.target, 200);
  fields.End();
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  if (read.name.empty() || read.name.find_first_not_of(kPlain) != std::string::npos || read.name[0] == '-') {
    fields.Fail("name", "is the name of a file, of letters, digits, '_', '-' and '.'");
  }
  if (read.set.empty() == csv.empty()) {
    fields.Fail("set", "either the name of a generated set, or the text of a table in 'csv', is needed");
  }
  if (!csv.empty()) read.csv = std::make_shared<const std::string>(std::move(csv));
  data = read;
}

size_t RunOf(const Fields& fields, std::string_view name, const Json& json) {
  for (size_t run = 0; run < kRuns.size(); ++run) {
    if (json == kRuns[run]) return run;
  }
  fields.Fail(name, "is \"a\" or \"b\"");
}

void ReadAxes(const Fields& fields, const Json& json, std::array<size_t, 2>& axes) {
  const auto is_axis = [](const Json& axis) { return axis.is_number_unsigned() && axis.get<uint64_t>() < kMostInputs; };
  if (!json.is_array() || json.size() != 2 || !is_axis(json[0]) || !is_axis(json[1])) {
    fields.Fail("axes", "are the numbers of two inputs, from 0");
  }
  axes = {json[0].get<size_t>(), json[1].get<size_t>()};
}

void ReadKinks(const Fields& fields, const Json& json, std::vector<std::pair<size_t, int>>& kinks) {
  if (!json.is_array() || json.size() > kMostKinks) {
    fields.Fail("kinks", fmt::format("is a list of at most {} units", kMostKinks));
  }
  kinks.clear();
  for (const Json& unit : json) {
    if (!unit.is_array() || unit.size() != 2 || !unit[0].is_number_integer() || !unit[1].is_number_integer() ||
        unit[0] < 1 || unit[0] > 1000 || unit[1] < -1 || unit[1] > 100000) {
      fields.Fail("kinks", "has pairs [layer, unit]: layers are counted from 1, units from 0, and -1 stands for all");
    }
    kinks.emplace_back(unit[0].get<size_t>(), unit[1].get<int>());
  }
}

}  // namespace

State StartState() {
  State state;
  state.data.set = "spirals arms 2, rows 400";
  // Slow enough to be watched. With this seed and rate about half of the units die within the first seconds.
  state.pace = 30;
  state.seed = 11;
  state.a.network = "dense 8, relu, dense 8, relu, dense";
  // Plain steps: the first of the table.
  state.a.training = {.epochs = 2000,
                      .batch = 10,
                      .optimizer = std::string(Optimizers()[0].name),
                      .schedule = "constant",
                      .learning_rate = 1,
                      .clip_norm = 0};
  return state;
}

size_t ReadRun(Fields& fields, std::string_view name) { return RunOf(fields, name, fields.Get(name)); }

void ReadSettings(const Json& json, const std::string& place, Settings& settings) {
  Fields fields(json, place);
  ForEachKnob(settings, [&](std::string_view name, std::string_view, auto& value, const Bounds& bounds) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>) {
      fields.Read(name, value);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      fields.Read(name, value, static_cast<size_t>(bounds.high));
    } else if constexpr (std::is_same_v<Value, size_t>) {
      fields.Read(name, value, static_cast<size_t>(bounds.low), static_cast<size_t>(bounds.high));
    } else {
      fields.Read(name, value, bounds.low, bounds.high);
    }
  });
  fields.End();
}

void ReadLook(const Json& json, const std::string& place, Look& look) {
  Fields fields(json, place);
  if (const Json* run = fields.Find("run")) {
    look.run = run->is_null() ? std::nullopt : std::optional(RunOf(fields, "run", *run));
  }
  if (const Json* axes = fields.Find("axes")) ReadAxes(fields, *axes, look.axes);
  fields.Read("plane", look.plane, 16, 512);
  if (const Json* unit = fields.Find("unit"); unit != nullptr && *unit == 0) {
    look.unit = 0;
  } else {
    fields.Read("unit", look.unit, 8, 48);
  }
  if (const Json* kinks = fields.Find("kinks")) ReadKinks(fields, *kinks, look.kinks);
  fields.Read("pictures", look.pictures, 0, kMostPictures);
  fields.Read("runs", look.runs);
  fields.End();
}

void ReadState(const Json& json, const std::string& place, State& state) {
  Fields fields(json, place);
  size_t version = 1;
  fields.Read("version", version, 1, 1);
  if (const Json* data = fields.Find("data")) ReadData(*data, fields.PlaceOf("data"), state.data);
  size_t seed = state.seed;
  fields.Read("seed", seed, 0, size_t{1} << 53);
  state.seed = seed;
  if (const Json* a = fields.Find("a")) ReadSettings(*a, fields.PlaceOf("a"), state.a);
  if (const Json* b = fields.Find("b")) {
    // What b leaves out is as in a.
    if (b->is_null()) {
      state.b.reset();
    } else {
      if (!state.b) state.b = state.a;
      ReadSettings(*b, fields.PlaceOf("b"), *state.b);
    }
  }
  fields.Read("pace", state.pace, 0, kMostPace);
  if (const Json* look = fields.Find("look")) ReadLook(*look, fields.PlaceOf("look"), state.look);
  fields.End();
}

Json ToJson(const Settings& settings) {
  Json json = Json::object();
  ForEachKnob(settings, [&](std::string_view name, std::string_view, const auto& value, const Bounds&) {
    json[std::string(name)] = value;
  });
  return json;
}

Json ToJson(const Look& look) {
  Json json = {{"run", look.run ? Json(kRuns[*look.run]) : Json(nullptr)},
               {"axes", look.axes},
               {"plane", look.plane},
               {"unit", look.unit},
               {"kinks", Json::array()},
               {"pictures", look.pictures},
               {"runs", look.runs}};
  for (const auto& [layer, unit] : look.kinks) json["kinks"].push_back(Json::array({layer, unit}));
  return json;
}

Json ToJson(const State& state) {
  Json data = {{"set", state.data.set}};
  if (state.data.set.empty()) {
    data = {{"csv", *state.data.csv}, {"name", state.data.name}, {"target", state.data.target}};
  }
  return {{"version", 1},
          {"data", data},
          {"seed", state.seed},
          {"a", ToJson(state.a)},
          {"b", state.b ? ToJson(*state.b) : Json(nullptr)},
          {"pace", state.pace},
          {"look", ToJson(state.look)}};
}

}  // namespace ramp::web
