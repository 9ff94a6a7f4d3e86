// Outcomes as JSON.
#include <cmath>
#include <nlohmann/json.hpp>

#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;

Json ToObject(const Estimate& estimate) {
  return {{"mean", estimate.mean}, {"low", estimate.low}, {"high", estimate.high}};
}

Json ToObject(const Judgement& judgement) {
  const Expectation& expectation = judgement.expectation;
  Json object = {{"quantity", expectation.quantity},
                 {"when", expectation.when},
                 {"basis", expectation.basis},
                 {"essential", expectation.essential}};
  if (std::isfinite(expectation.low)) object["at_least"] = expectation.low;
  if (std::isfinite(expectation.high)) object["at_most"] = expectation.high;
  object["measured"] = ToObject(judgement.estimate);
  object["result"] = Name(judgement.result);
  return object;
}

Json ToObject(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (const Table::Cell& cell : row) {
      const auto* estimate = std::get_if<Estimate>(&cell);
      cells.push_back(estimate != nullptr ? ToObject(*estimate) : Json(std::get<std::string>(cell)));
    }
    rows.push_back(std::move(cells));
  }
  return {{"title", table.title}, {"columns", table.columns}, {"rows", std::move(rows)}};
}

Json ToObject(const Plot& plot) {
  Json curves = Json::array();
  for (const Curve& curve : plot.curves) {
    curves.push_back({{"label", curve.label},
                      {"dashed", curve.dashed},
                      {"x", curve.x},
                      {"y", curve.y},
                      {"low", curve.low},
                      {"high", curve.high}});
  }
  return {{"kind", "curves"},
          {"title", plot.title},
          {"x_label", plot.x_label},
          {"y_label", plot.y_label},
          {"x_logarithmic", plot.x_logarithmic},
          {"y_logarithmic", plot.y_logarithmic},
          {"curves", std::move(curves)}};
}

Json ToObject(const BarChart& chart) {
  Json panels = Json::array();
  for (const BarPanel& panel : chart.panels) {
    panels.push_back({{"title", panel.title}, {"values", panel.values}, {"low", panel.low}, {"high", panel.high}});
  }
  Json object = {{"kind", "bars"},     {"title", chart.title},   {"x_label", chart.x_label},
                 {"rows", chart.rows}, {"series", chart.series}, {"panels", std::move(panels)}};
  if (chart.mark) object["mark"] = *chart.mark;
  return object;
}

Json ToObject(const Outcome& outcome) {
  const Experiment& experiment = *outcome.experiment;
  Json object = {{"name", experiment.name},
                 {"claim", experiment.claim},
                 {"question", experiment.question},
                 {"verdict", Name(outcome.verdict)},
                 {"reason", outcome.reason},
                 {"practice", experiment.practice},
                 {"effort", Name(outcome.settings.effort)},
                 {"trials", outcome.trials},
                 {"seed", outcome.settings.seed},
                 {"timed", experiment.timed},
                 {"command", CommandOf(experiment, outcome.settings)}};
  if (!outcome.data.empty()) object["data"] = outcome.data;
  for (const Judgement& judgement : outcome.judgements) object["expectations"].push_back(ToObject(judgement));
  for (const Estimate& estimate : outcome.estimates) {
    Json figure = {{"name", estimate.name}};
    figure.update(ToObject(estimate));
    figure["values"] = estimate.values;
    object["figures"].push_back(std::move(figure));
  }
  for (const Table& table : outcome.presentation.tables) object["tables"].push_back(ToObject(table));
  for (const Picture& picture : outcome.presentation.pictures) {
    object["plots"].push_back(std::visit([](const auto& shown) { return ToObject(shown); }, picture.picture));
  }
  return object;
}

std::string Dumped(const Json& json) { return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string ToJson(const Outcome& outcome) { return Dumped(ToObject(outcome)); }

std::string ToJson(std::span<const Outcome> outcomes, const Provenance& provenance) {
  Json json = {{"version", provenance.version}, {"machine", provenance.machine}};
  json["experiments"] = Json::array();
  for (const Outcome& outcome : outcomes) json["experiments"].push_back(ToObject(outcome));
  return Dumped(json);
}

}  // namespace ramp::lab
