#include "ramp/web/family.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/web/tables.h"
#include "ramp/web/ulp_text.h"

namespace ramp::web {
namespace {

constexpr size_t kMostSamples = 4001;
constexpr double kFarthest = 1e6;

struct SavedFact {
  std::string_view name;
  int bits;  // a unit
};

const SavedFact& SavedFactOf(const Activation& row) {
  static constexpr std::array<SavedFact, 3> kFacts = {{{"gate", 1}, {"output", 32}, {"input", 32}}};
  return kFacts[static_cast<size_t>(row.saves)];
}

Json FiniteOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// The cells of a row of a table in Markdown, without the blanks around them.
std::vector<std::string> CellsOf(std::string_view line) {
  std::vector<std::string> cells;
  for (size_t begin = 1; begin < line.size();) {
    const size_t end = std::min(line.find('|', begin), line.size());
    const std::string_view cell = line.substr(begin, end - begin);
    const size_t first = cell.find_first_not_of(' ');
    cells.emplace_back(first == std::string_view::npos ? std::string_view()
                                                       : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
    begin = end + 1;
  }
  return cells;
}

// By activation: the rows of docs/measurements/ulp.md.
std::map<std::string, Json> UlpRows() {
  std::map<std::string, Json> rows;
  std::string_view text = UlpText();
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string> cells =
        text.starts_with('|') ? CellsOf(text.substr(0, end)) : std::vector<std::string>();
    text.remove_prefix(std::min(end + 1, text.size()));
    if (cells.size() < 6 || FindActivationOrNull(cells[0]) == nullptr) continue;
    Json& row = rows.try_emplace(cells[0], Json::array()).first->second;
    row.push_back({{"set", cells[1]},
                   {"value", std::strtod(cells[2].c_str(), nullptr)},
                   {"value_at", cells[3]},
                   {"slope", std::strtod(cells[4].c_str(), nullptr)},
                   {"slope_at", cells[5]}});
  }
  return rows;
}

std::vector<double> ParametersOf(const Activation& activation, const Fields& fields, const Json* given) {
  std::vector<double> values;
  for (const ActivationParameter& parameter : activation.parameters) values.push_back(Decimal(parameter.initial));
  if (given == nullptr) return values;
  if (!given->is_array() || given->size() > values.size()) {
    fields.Fail("parameters", fmt::format("is a list of at most {} numbers", values.size()));
  }
  for (size_t i = 0; i < given->size(); ++i) {
    const ActivationParameter& parameter = activation.parameters[i];
    const double value = (*given)[i].is_number() ? (*given)[i].get<double>() : std::nan("");
    if (!(value >= Decimal(parameter.low) && value <= Decimal(parameter.high))) {
      fields.Fail("parameters",
                  fmt::format("'{}' is a number from {} to {}", parameter.name, parameter.low, parameter.high));
    }
    values[i] = value;
  }
  return values;
}

std::vector<double> PlacesOf(Fields& fields) {
  std::vector<double> places;
  if (const Json* at = fields.Find("at")) {
    if (!at->is_array() || at->size() > kMostSamples) {
      fields.Fail("at", fmt::format("is a list of at most {} numbers", kMostSamples));
    }
    for (const Json& place : *at) {
      if (!place.is_number()) fields.Fail("at", "is a list of numbers");
      places.push_back(place.get<double>());
    }
    return places;
  }
  const double low = fields.Number("low", -kFarthest, kFarthest), high = fields.Number("high", low, kFarthest);
  const size_t count = fields.Whole("count", 2, kMostSamples);
  for (size_t i = 0; i < count; ++i) {
    places.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1));
  }
  return places;
}

}  // namespace

Json FamilyJson() {
  Json family = Json::array();
  const std::map<std::string, Json> ulp = UlpRows();
  for (const Activation& row : Activations()) {
    family.push_back({{"name", row.name},
                      {"formula", row.formula},
                      {"derivative", row.derivative},
                      {"onnx", row.onnx},
                      {"source", row.source},
                      {"gated", row.gated},
                      {"gated_twice", row.gated_twice},
                      {"saves", SavedFactOf(row).name},
                      {"saved_bits", SavedFactOf(row).bits},
                      {"low", FiniteOrNull(row.low)},
                      {"high", FiniteOrNull(row.high)},
                      {"saturates", row.saturates()},
                      {"monotone", row.monotone()},
                      {"zero_centred", row.zero_centred()},
                      {"learned", row.learned()},
                      {"lipschitz", FiniteOrNull(row.lipschitz)},
                      {"gain", row.gain},
                      {"parameters", ParametersJson(row)},
                      {"ulp", ulp.contains(std::string(row.name)) ? ulp.at(std::string(row.name)) : Json::array()}});
  }
  return {{"activations", family}};
}

Json CurveOfActivation(Fields& fields) {
  const Activation& activation = FindActivation(fields.Text("name", 60));
  const std::vector<double> parameters = ParametersOf(activation, fields, fields.Find("parameters"));
  Json x = Json::array(), value = Json::array(), slope = Json::array();
  for (const double place : PlacesOf(fields)) {
    x.push_back(place);
    value.push_back(FiniteOrNull(activation.value(place, parameters)));
    slope.push_back(FiniteOrNull(activation.slope(place, parameters)));
  }
  return {{"x", x}, {"value", value}, {"slope", slope}};
}

}  // namespace ramp::web
