#include "ramp/web/finding_json.h"

#include "ramp/activation/activation.h"
#include "ramp/web/remedy_settings.h"

namespace ramp::web {

std::string_view ScoreName(Task task) { return task == Task::kClassification ? "accuracy" : "R2"; }

Json LossJson(const Evaluation& evaluation) { return evaluation.rows > 0 ? Json(evaluation.loss) : Json(nullptr); }

Json ScoreJson(const Evaluation& evaluation) { return evaluation.rows > 0 ? Json(evaluation.score) : Json(nullptr); }

Json FindingsJson(const Findings& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) {
    Json evidence = Json::array();
    for (const Evidence& one : finding.evidence) {
      evidence.push_back({{"figure", one.figure}, {"value", one.value}, {"limit", one.limit}});
    }
    json.push_back({{"monitor", finding.monitor},
                    {"severity", Name(finding.severity)},
                    {"layers", finding.layers},
                    {"units", finding.units},
                    {"epoch", finding.epoch},
                    {"step", finding.step},
                    {"last_epoch", finding.last_epoch},
                    {"what", finding.what},
                    {"evidence", evidence},
                    {"cause", finding.cause},
                    {"confidence", finding.confidence},
                    {"explained_by", finding.explained_by.empty() ? Json(nullptr) : Json(finding.explained_by)},
                    {"outlook", finding.outlook},
                    {"remedies", RemediesJson(finding.remedies)}});
  }
  return json;
}

Json LayerJson(const LayerFigures& layer) {
  const LayerHealth& health = layer.health;
  const bool gates = health.activation != nullptr;
  const auto or_null = [](bool known, double value) { return known ? Json(value) : Json(nullptr); };
  return {{"layer", health.number},
          {"text", health.text},
          {"units", health.units},
          {"activation", gates ? Json(health.activation->name) : Json(nullptr)},
          {"open_share", or_null(gates, health.open_share)},
          {"dead", health.dead},
          {"born_dead", layer.born_dead},
          {"died", layer.died},
          {"revived", layer.revived},
          {"always_open", health.always_open},
          {"gradient_norm", health.gradient_norm},
          {"weight_norm", health.weight_norm},
          {"update_ratio", health.update_ratio},
          {"saturated_share", or_null(health.saturated_share.has_value(), health.saturated_share.value_or(0))}};
}

}  // namespace ramp::web
