#include "ramp/web/tables.h"

#include <fmt/format.h>

#include <cstdlib>

#include "ramp/base/threads.h"
#include "ramp/health/monitors.h"
#include "ramp/health/remedies.h"
#include "ramp/network/initialize.h"
#include "ramp/network/layer.h"
#include "ramp/training/optimizer.h"
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
          {"monitors", RowsJson(Monitors(),
                                [](const Monitor& row) -> Json {
                                  return {{"name", row.name},   {"sees", row.sees},       {"why", row.why},
                                          {"cause", row.cause}, {"outlook", row.outlook}, {"remedies", row.remedies}};
                                })},
          {"remedies", RemediesJson(remedies)},
          {"limits", LimitsJson()}};
}

}  // namespace ramp::web
