#include "ramp/web/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <type_traits>

#include "ramp/base/threads.h"
#include "ramp/health/monitors.h"
#include "ramp/health/remedies.h"
#include "ramp/network/initialize.h"
#include "ramp/network/layer.h"
#include "ramp/training/optimizer.h"
#include "ramp/training/options.h"
#include "ramp/training/schedule.h"
#include "ramp/web/curve.h"
#include "ramp/web/play_data.h"
#include "ramp/web/remedy_settings.h"
#include "ramp/web/state.h"

namespace ramp::web {
namespace {

// One object for each row.
template <class Table, class ToRow>
Json RowsJson(const Table& table, const ToRow& to_row) {
  Json json = Json::array();
  for (const auto& row : table) json.push_back(to_row(row));
  return json;
}

// The knobs that the page draws, but for the network's text.
Json OptionsJson() {
  Json json = Json::array();
  const TrainingOptions usual;
  ForEachOption(usual, [&](const OptionRow& row, const auto& value) {
    if (!row.on_page) return;
    Json option = {{"name", row.field}, {"option", row.name}, {"help", row.help}, {"initial", value}};
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, double> || std::is_same_v<Value, size_t>) {
      option["low"] = row.low;
      option["high"] = std::min(row.high, row.most_on_page);
      option["whole"] = std::is_same_v<Value, size_t>;
    }
    json.push_back(std::move(option));
  });
  return json;
}

Json LimitsJson() {
  return {{"rows", kMostRows},          {"inputs", kMostInputs}, {"parameters", kMostParameters},
          {"layers", kMostNodes},       {"epochs", kMostEpochs}, {"batch", kMostBatch},
          {"seeds", kMostSeeds},        {"pace", kMostPace},     {"drawn_units", kMostDrawnUnits},
          {"kinks", kMostKinks},        {"csv", kMostCsv},       {"points", Curve::kMostPoints},
          {"network", kMostNetworkText}};
}

}  // namespace

double Decimal(float value) { return std::strtod(fmt::format("{}", value).c_str(), nullptr); }

Json ParametersJson(const Activation& activation) {
  return RowsJson(activation.parameters, [](const ActivationParameter& parameter) -> Json {
    return {{"name", parameter.name},          {"initial", Decimal(parameter.initial)}, {"low", Decimal(parameter.low)},
            {"high", Decimal(parameter.high)}, {"learned", parameter.learned},          {"meaning", parameter.meaning}};
  });
}

Json TablesJson(const Json& parts) {
  std::vector<std::string_view> remedies;
  for (const Remedy& remedy : Remedies()) remedies.push_back(remedy.name);
  return {{"program", "ramp " RAMP_VERSION},
          {"threads", Threads()},
          {"parts", parts},
          {"start", ToJson(StartState())},
          {"sets", GeneratedSetsJson()},
          {"layers", RowsJson(Layers(),
                              [](const LayerDefinition& row) -> Json {
                                return {{"name", row.name}, {"notation", row.notation}, {"summary", row.summary}};
                              })},
          {"activations",
           RowsJson(Activations(),
                    [](const Activation& row) -> Json {
                      return {{"name", row.name}, {"formula", row.formula}, {"parameters", ParametersJson(row)}};
                    })},
          {"optimizers", RowsJson(Optimizers(),
                                  [](const OptimizerDefinition& row) -> Json {
                                    return {{"name", row.name},
                                            {"formula", row.formula},
                                            {"summary", row.summary},
                                            {"source", row.source},
                                            {"learning_rate", row.learning_rate}};
                                  })},
          {"schedules", RowsJson(Schedules(),
                                 [](const ScheduleDefinition& row) -> Json {
                                   return {{"name", row.name},
                                           {"notation", row.notation()},
                                           {"summary", row.summary},
                                           {"source", row.source}};
                                 })},
          {"initializations", RowsJson(Initializations(),
                                       [](const Initialization& row) -> Json {
                                         return {{"name", row.name}, {"summary", row.summary}, {"source", row.source}};
                                       })},
          {"options", OptionsJson()},
          {"monitors", RowsJson(Monitors(),
                                [](const Monitor& row) -> Json {
                                  return {{"name", row.name},   {"sees", row.sees},       {"why", row.why},
                                          {"cause", row.cause}, {"outlook", row.outlook}, {"remedies", row.remedies}};
                                })},
          {"remedies", RemediesJson(remedies)},
          {"limits", LimitsJson()}};
}

}  // namespace ramp::web
