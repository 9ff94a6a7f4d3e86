#include "ramp/web/lab_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <variant>

#include "ramp/base/threads.h"
#include "ramp/lab/run.h"

namespace ramp::web {
namespace {

using lab::Effort;

// What the page calls the efforts.
struct Size {
  std::string_view name;
  Effort effort;
};
constexpr std::array<Size, 3> kSizes = {
    {{"quick", Effort::kQuick}, {"default", Effort::kUsual}, {"full", Effort::kFull}}};

Json FiniteOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json NumbersJson(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(FiniteOrNull(value));
  return json;
}

Json TableJson(const std::vector<std::vector<double>>& table) {
  Json json = Json::array();
  for (const std::vector<double>& row : table) json.push_back(NumbersJson(row));
  return json;
}

// "the share of open gates at least 0.4 for relu; ..."
std::string ExpectationText(const std::vector<lab::Expectation>& expectations) {
  std::string text;
  for (const lab::Expectation& one : expectations) {
    text += fmt::format("{}{} {}{}{}", text.empty() ? "" : "; ", one.quantity, lab::BoundText(one),
                        one.when.empty() ? "" : " ", one.when);
  }
  return text;
}

Json PlotJson(const Plot& plot) {
  Json curves = Json::array();
  std::string names;
  for (const Curve& curve : plot.curves) {
    Json json = {
        {"label", curve.label}, {"x", NumbersJson(curve.x)}, {"y", NumbersJson(curve.y)}, {"dashed", curve.dashed}};
    if (!curve.low.empty()) {
      json["low"] = NumbersJson(curve.low);
      json["high"] = NumbersJson(curve.high);
    }
    curves.push_back(std::move(json));
    names += (names.empty() ? "" : ", ") + curve.label;
  }
  return {{"title", plot.title},
          {"x_label", plot.x_label},
          {"y_label", plot.y_label},
          {"x_logarithmic", plot.x_logarithmic},
          {"y_logarithmic", plot.y_logarithmic},
          {"text", fmt::format("{} over {}: {}", plot.y_label, plot.x_label, names)},
          {"curves", curves}};
}

Json BarsJson(const BarChart& chart) {
  Json panels = Json::array();
  for (const BarPanel& panel : chart.panels) {
    panels.push_back({{"title", panel.title},
                      {"values", TableJson(panel.values)},
                      {"low", TableJson(panel.low)},
                      {"high", TableJson(panel.high)}});
  }
  return {{"title", chart.title},
          {"x_label", chart.x_label},
          {"rows", chart.rows},
          {"series", chart.series},
          {"mark", chart.mark ? FiniteOrNull(*chart.mark) : Json(nullptr)},
          {"panels", panels}};
}

Json OutcomeJson(const lab::Outcome& outcome) {
  Json figures = Json::array(), plots = Json::array(), bars = Json::array();
  for (const lab::Judgement& judgement : outcome.judgements) {
    const lab::Estimate& estimate = judgement.estimate;
    const bool sure = estimate.low == estimate.high;
    figures.push_back({{"name", judgement.expectation.quantity},
                       {"value", FiniteOrNull(estimate.mean)},
                       {"low", sure ? Json(nullptr) : FiniteOrNull(estimate.low)},
                       {"high", sure ? Json(nullptr) : FiniteOrNull(estimate.high)},
                       {"unit", ""},
                       {"expected", lab::BoundText(judgement.expectation)},
                       {"result", lab::Name(judgement.result)}});
  }
  for (const lab::Picture& picture : outcome.presentation.pictures) {
    if (const Plot* plot = std::get_if<Plot>(&picture.picture)) {
      plots.push_back(PlotJson(*plot));
    } else {
      bars.push_back(BarsJson(std::get<BarChart>(picture.picture)));
    }
  }
  return {{"name", outcome.experiment->name},
          {"verdict", lab::Name(outcome.verdict)},
          {"sentence", outcome.reason},
          {"practice", outcome.experiment->practice},
          {"figures", figures},
          {"plots", plots},
          {"bars", bars},
          {"command", lab::CommandOf(*outcome.experiment, outcome.settings)}};
}

}  // namespace

Json ExperimentsJson() {
  Json experiments = Json::array();
  const lab::Settings settings;
  for (const lab::Experiment& experiment : lab::Experiments()) {
    experiments.push_back({{"name", experiment.name},
                           {"claim", experiment.claim},
                           {"question", experiment.question},
                           {"expectation", ExpectationText(experiment.expect(settings))},
                           {"seconds", FiniteOrNull(lab::PlannedSeconds(experiment, settings))}});
  }
  return {{"experiments", experiments}};
}

JobWork LabJob(Fields& fields) {
  const lab::Experiment& experiment = lab::FindExperiment(fields.Text("name", 60));
  const std::string size = fields.Text("size", 20);
  const auto known = std::ranges::find(kSizes, size, &Size::name);
  if (known == kSizes.end()) fields.Fail("size", "is \"quick\", \"default\" or \"full\"");
  lab::Settings settings;
  settings.effort = known->effort;
  size_t seed = settings.seed;
  fields.Read("seeds", settings.seeds, 1, 200);
  fields.Read("seed", seed, 0, size_t{1} << 53);
  settings.seed = seed;
  return [&experiment, settings](JobDesk& desk) -> Json {
    SetThreads(0);
    lab::RunControl control{.stop = &desk.stop()};
    control.watch = [&](const lab::RunProgress& progress) {
      const double each = progress.seconds / static_cast<double>(std::max<size_t>(progress.done, 1));
      desk.Tell(progress.done, progress.of, each * static_cast<double>(progress.of - progress.done), nullptr);
    };
    const std::optional<lab::Outcome> outcome = lab::RunExperiment(experiment, settings, control);
    return outcome ? OutcomeJson(*outcome) : Json(nullptr);
  };
}

}  // namespace ramp::web
