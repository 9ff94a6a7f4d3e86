#include "ramp/cli/training_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ramp/activation/activation.h"
#include "ramp/cli/ensemble_report.h"
#include "ramp/cli/terminal.h"
#include "ramp/health/remedies.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFinished:
      return "finished";
    case Outcome::kStoppedEarly:
      return "stopped early";
    case Outcome::kInterrupted:
      return "interrupted";
    case Outcome::kDiverged:
      return "diverged";
  }
  return "";
}

Json ToJson(const EpochRecord& record, Task task) {
  Json json = {{"epoch", record.epoch}, {"train_loss", record.train_loss}};
  if (record.validation.rows > 0) {
    json["valid_loss"] = record.validation.loss;
    json[task == Task::kClassification ? "valid_accuracy" : "valid_r2"] = record.validation.score;
  }
  json["seconds"] = record.seconds;
  json["samples_per_second"] = record.samples_per_second;
  return json;
}

Json ToJson(const LayerHealth& layer) {
  Json json = {{"layer", layer.number}, {"text", layer.text}, {"units", layer.units}};
  if (layer.activation != nullptr) {
    json["activation"] = layer.activation->name;
    json["open_share"] = layer.open_share;
    json["dead"] = layer.dead;
    json["always_open"] = layer.always_open;
    json["mean"] = layer.mean;
    json["deviation"] = layer.deviation;
    if (layer.saturated_share) json["saturated_share"] = *layer.saturated_share;
  }
  json["gradient_norm"] = layer.gradient_norm;
  json["weight_norm"] = layer.weight_norm;
  json["gradient_ratio"] = layer.gradient_ratio();
  json["update_ratio"] = layer.update_ratio;
  if (layer.cosine) json["cosine"] = *layer.cosine;
  return json;
}

Json ToJson(const Finding& finding) {
  Json json = {{"monitor", finding.monitor},
               {"severity", Name(finding.severity)},
               {"layers", finding.layers},
               {"units", finding.units},
               {"epoch", finding.epoch},
               {"step", finding.step},
               {"last_epoch", finding.last_epoch},
               {"what", finding.what},
               {"evidence", Json::array()},
               {"cause", finding.cause},
               {"confidence", finding.confidence},
               {"explained_by", finding.explained_by.empty() ? Json(nullptr) : Json(finding.explained_by)},
               {"treated_by", finding.treated_by.empty() ? Json(nullptr) : Json(finding.treated_by)},
               {"outlook", finding.outlook},
               {"remedies", finding.remedies}};
  for (const Evidence& evidence : finding.evidence) {
    json["evidence"].push_back({{"figure", evidence.figure}, {"value", evidence.value}, {"limit", evidence.limit}});
  }
  return json;
}

// What is not finite is null.
Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json ToJson(const TreatmentRecord& record) {
  return {{"finding", record.finding},
          {"treatment", record.treatment},
          {"what", record.what},
          {"epoch", record.epoch},
          {"step", record.step},
          {"steps", record.steps},
          {"untreated_loss", Number(record.untreated_loss)},
          {"treated_loss", Number(record.treated_loss)},
          {"untreated_score", Number(record.untreated_score)},
          {"treated_score", Number(record.treated_score)},
          {"confidence", Number(record.confidence)},
          {"kept", record.kept},
          {"cost", record.cost}};
}

Json ToJson(const HealthReport& health) {
  Json json = {{"rows", health.rows}, {"layers", Json::array()}, {"findings", Json::array()}};
  if (health.train_score) json["train_score"] = *health.train_score;
  if (health.train_score && health.validation_score) {
    json["valid_score"] = *health.validation_score;
    json["gap"] = *health.train_score - *health.validation_score;
  }
  for (const LayerHealth& layer : health.layers) json["layers"].push_back(ToJson(layer));
  for (const Finding& finding : health.findings) json["findings"].push_back(ToJson(finding));
  json["treatments"] = Json::array();
  for (const TreatmentRecord& record : health.treatments) json["treatments"].push_back(ToJson(record));
  json["treatment_share"] = health.treatment_share;
  return json;
}

Json ToJson(const EnsembleScores& scores, Task task) {
  Json json = {{"recipes", Json::array()}};
  for (const RecipeResult& recipe : scores.recipes) {
    json["recipes"].push_back({{"name", recipe.name},
                               {"network", recipe.network},
                               {"members", recipe.members},
                               {"epochs", recipe.epochs.size()},
                               {"best_epoch", recipe.best_epoch},
                               {"score", recipe.score},
                               {"votes", recipe.votes}});
  }
  json["score_name"] = scores.score_name;
  json["score"] = scores.score;
  json["out_of_fold"] = {{"rows", scores.out_of_fold.rows},
                         {"loss", scores.out_of_fold.loss},
                         {task == Task::kClassification ? "accuracy" : "r2", scores.out_of_fold.score}};
  if (task == Task::kClassification) json["temperature"] = scores.temperature;
  return json;
}

std::string_view ComparisonWord(Comparison comparison) {
  constexpr std::string_view kWords[] = {"clearly worse", "no clear difference", "clearly better"};
  return kWords[static_cast<size_t>(comparison)];
}

// "always answering 'no': 61.80 % (the model is clearly better)"
std::string TrivialText(const TrainingReport& report) {
  const Task task = report.health.task;
  const std::string answer = task == Task::kClassification ? fmt::format("'{}'", report.trivial.answer) : "the mean";
  const Comparison comparison = Compare(task, report.test, report.trivial);
  const std::string verdict = comparison == Comparison::kNoClearDifference
                                  ? "no clear difference: the model has learned nothing that shows"
                                  : fmt::format("the model is {}", ComparisonWord(comparison));
  return fmt::format("always answering {}: {} ({})\n", answer, ScoreText(task, report.trivial.test.score), verdict);
}

std::string LayerTable(const HealthReport& health) {
  size_t width = 5;
  for (const LayerHealth& layer : health.layers) width = std::max(width, layer.text.size());
  // The figures take 64 columns.
  constexpr size_t kFigures = 64, kLeastWidth = 16;
  width = std::min(width, std::max(WidthOf(Channel::kOutput), kFigures + kLeastWidth) - kFigures);
  std::string text = fmt::format("  {:>2} {:{}}  {:>5} {:>5} {:>6} {:>7} {:>9} {:>9} {:>10}\n", "", "layer", width,
                                 "open", "dead", "always", "mean", "saturated", "gradient", "to weights");
  for (const LayerHealth& layer : health.layers) {
    const std::string name = layer.text.size() > width ? layer.text.substr(0, width - 2) + ".." : layer.text;
    text += fmt::format("  {:>2} {:{}}  ", layer.number, name, width);
    if (layer.activation != nullptr) {
      text +=
          fmt::format("{:>3.0f} % {:>5} {:>6} {:>7.3f} {:>9} ", 100 * layer.open_share, layer.dead, layer.always_open,
                      layer.mean, layer.saturated_share ? fmt::format("{:.0f} %", 100 * *layer.saturated_share) : "-");
    } else {
      text += fmt::format("{:>5} {:>5} {:>6} {:>7} {:>9} ", "-", "-", "-", "-", "-");
    }
    text += fmt::format("{:>9.2g} {:>10.2g}\n", layer.gradient_norm, layer.gradient_ratio());
  }
  return text;
}

}  // namespace

std::string_view ScoreName(Task task) { return task == Task::kClassification ? "accuracy" : "R2"; }

std::string ScoreText(Task task, double score) {
  return task == Task::kClassification ? fmt::format("{:.2f} %", 100 * score)
         : std::abs(score) < 1e4       ? fmt::format("{:.4f}", score)
                                       : fmt::format("{:.3g}", score);
}

std::string WhenText(const Finding& finding) {
  if (finding.epoch == 0) return "before the first step";
  return fmt::format("epoch {}, step {}", finding.epoch, finding.step);
}

std::string TreatmentText(const TreatmentRecord& record, Task task) {
  const auto effect = [&](double loss, double score) {
    return std::isfinite(loss) ? fmt::format("loss {:.4g}, {} {}", loss, ScoreName(task), ScoreText(task, score))
                               : std::string("diverged");
  };
  return fmt::format("{} {} for {}: {}; after {} steps {}, untreated {} (z {:.1f}, cost {:.0f} steps)",
                     record.kept ? "kept" : "undone", record.treatment, record.finding, record.what, record.steps,
                     effect(record.treated_loss, record.treated_score),
                     effect(record.untreated_loss, record.untreated_score), record.confidence, record.cost);
}

std::string TreatmentsText(const HealthReport& health) {
  if (health.treatments.empty()) return "";
  std::string text = fmt::format("\ntreatments, {:.1f} % of all steps:\n", 100 * health.treatment_share);
  for (const TreatmentRecord& record : health.treatments) {
    text += fmt::format("  epoch {}, step {}: {}\n", record.epoch, record.step, TreatmentText(record, health.task));
  }
  return text;
}

std::string FindingsText(const Findings& findings) {
  if (findings.empty()) return "  nothing abnormal was found\n";
  std::string text;
  for (const Finding& finding : findings) {
    if (!finding.explained_by.empty()) {
      text += fmt::format("      - so: {} ({}, {})\n", finding.what, finding.monitor, WhenText(finding));
      continue;
    }
    text += fmt::format("  {} {}: {} ({}, {})\n", finding.severity == Severity::kNote ? "-" : "!",
                        Name(finding.severity), finding.what, finding.monitor, WhenText(finding));
    if (finding.severity == Severity::kNote) continue;
    if (!finding.treated_by.empty()) text += fmt::format("      treated: {}\n", finding.treated_by);
    text += fmt::format("      cause: {} ({:.0f} % sure)\n", finding.cause, 100 * finding.confidence);
    text += fmt::format("      else: {}\n", finding.outlook);
    text += fmt::format("      try: {}\n", RemedyText(finding.remedies));
  }
  return text;
}

std::string WorseThanTrivial(const TrainingReport& report) {
  const Task task = report.health.task;
  if (report.trivial.test.rows == 0 || Compare(task, report.test, report.trivial) != Comparison::kClearlyWorse)
    return "";
  return fmt::format("the model answers worse than one that always says {} ({} against {})",
                     task == Task::kClassification ? fmt::format("'{}'", report.trivial.answer) : "the mean",
                     ScoreText(task, report.test.score), ScoreText(task, report.trivial.test.score));
}

std::string ToJson(const TrainingReport& report) {
  const Task task = report.health.task;
  Json json = {{"data", report.data},
               {"network", report.network},
               {"trained_network", report.trained_network},
               {"task", task == Task::kClassification ? "classification" : "regression"},
               {"parameters", report.parameters},
               {"outcome", OutcomeName(report.result.outcome)},
               {"best_epoch", report.result.best_epoch},
               {"epochs", Json::array()}};
  for (const EpochRecord& record : report.result.epochs) json["epochs"].push_back(ToJson(record, task));
  if (report.result.divergence) {
    const Divergence& divergence = *report.result.divergence;
    json["divergence"] = {{"epoch", divergence.epoch}, {"step", divergence.step}, {"place", divergence.place}};
  }
  json["test"] = {{"rows", report.test.rows}, {"loss", report.test.loss}};
  json["test"][task == Task::kClassification ? "accuracy" : "r2"] = report.test.score;
  if (report.trivial.test.rows > 0) {
    json["trivial"] = {{"answer", report.trivial.answer},
                       {task == Task::kClassification ? "accuracy" : "r2", report.trivial.test.score},
                       {"comparison", ComparisonWord(Compare(task, report.test, report.trivial))}};
  }
  json["health"] = ToJson(report.health);
  if (report.ensemble) json["ensemble"] = ToJson(*report.ensemble, task);
  json["model"] = report.model.empty() ? Json(nullptr) : Json(report.model);
  json["run"] = report.run.empty() ? Json(nullptr) : Json(report.run);
  json["seed"] = report.seed;
  json["threads"] = report.threads;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToText(const TrainingReport& report) {
  const HealthReport& health = report.health;
  std::string text;
  if (report.ensemble) text += EnsembleText(*report.ensemble, health.task);
  if (report.test.rows > 0) {
    text += fmt::format("test {}: {} on {} rows\n", ScoreName(health.task), ScoreText(health.task, report.test.score),
                        report.test.rows);
    text += TrivialText(report);
  }
  text += fmt::format("\nhealth, over {} training rows:\n{}", health.rows, LayerTable(health));
  if (health.train_score && health.validation_score) {
    text += fmt::format("  {} in training {}, on validation {}\n", ScoreName(health.task),
                        ScoreText(health.task, *health.train_score), ScoreText(health.task, *health.validation_score));
  }
  text += FindingsText(health.findings) + TreatmentsText(health);
  return text;
}

}  // namespace ramp
