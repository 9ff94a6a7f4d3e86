#include "ramp/runs/report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "ramp/data/csv.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

std::string Document(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string_view ScoreKey(Task task) { return task == Task::kClassification ? "accuracy" : "r2"; }

Json EpochJson(const RunEpoch& epoch, Task task) {
  const EpochRecord& record = epoch.record;
  const std::string score(ScoreKey(task));
  Json json = {{"epoch", record.epoch}, {"train_loss", record.train_loss}, {"train_" + score, record.train.score}};
  if (record.validation.rows > 0) {
    json["valid_loss"] = record.validation.loss;
    json["valid_" + score] = record.validation.score;
  }
  json["seconds"] = record.seconds;
  json["samples_per_second"] = record.samples_per_second;
  if (epoch.gates) {
    json["open_share"] = epoch.gates->open_share;
    json["dead"] = epoch.gates->dead;
    json["units"] = epoch.gates->units;
    json["gradient_norm"] = epoch.gates->gradient_norm;
  }
  return json;
}

Json FindingJson(const RunFinding& finding) {
  return {{"monitor", finding.monitor},
          {"severity", finding.severity},
          {"layers", finding.layers},
          {"units", finding.units},
          {"epoch", finding.epoch},
          {"step", finding.step},
          {"last_epoch", finding.last_epoch},
          {"what", finding.what},
          {"cause", finding.cause},
          {"confidence", finding.confidence},
          {"explained_by", finding.explained_by.empty() ? Json(nullptr) : Json(finding.explained_by)},
          {"outlook", finding.outlook},
          {"remedies", finding.remedies}};
}

Json TreatmentJson(const RunTreatment& treatment) {
  return {{"epoch", treatment.epoch},   {"step", treatment.step}, {"monitor", treatment.monitor},
          {"remedy", treatment.remedy}, {"what", treatment.what}, {"kept", treatment.kept}};
}

Json SummaryJson(const RunSummary& run) {
  const RunStart& start = run.start;
  const RunEnd& end = run.end;
  Json json = {{"id", run.id},
               {"started", IsoText(run.started)},
               {"ended", run.ended ? Json(IsoText(*run.ended)) : Json(nullptr)},
               {"outcome", Name(end.outcome)},
               {"reason", end.reason},
               {"command", start.command},
               {"folder", start.folder},
               {"version", start.version},
               {"data", start.data},
               {"data_hash", start.data_hash},
               {"network", start.network},
               {"parameters", start.parameters},
               {"task", TaskName(start.task)},
               {"epochs_planned", start.epochs_planned},
               {"epochs_done", run.epochs_done},
               {"best_epoch", end.best_epoch},
               {"seconds", run.seconds},
               {"shown", run.shown ? EpochJson(*run.shown, start.task) : Json(nullptr)}};
  json["test"] = nullptr;
  if (end.test.rows > 0) {
    json["test"] = {{"rows", end.test.rows}, {"loss", end.test.loss}, {ScoreKey(start.task), end.test.score}};
  }
  json["model"] = end.model.empty() ? Json(nullptr) : Json(end.model);
  json["findings"] = run.findings;
  json["warnings"] = run.warnings;
  json["errors"] = run.errors;
  json["treatments"] = run.treatments;
  return json;
}

Json RunJson(const RecordedRun& run) {
  Json json = SummaryJson(run.summary);
  json["settings"] = Json::object();
  for (const auto& [name, value] : run.summary.start.settings) json["settings"][name] = value;
  for (const char* list : {"epochs", "findings", "treatments"}) json[list] = Json::array();
  for (const RunEpoch& epoch : run.epochs) json["epochs"].push_back(EpochJson(epoch, run.summary.start.task));
  for (const RunFinding& finding : run.findings) json["findings"].push_back(FindingJson(finding));
  for (const RunTreatment& treatment : run.treatments) json["treatments"].push_back(TreatmentJson(treatment));
  return json;
}

std::string Cell(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

// Ends in a comma.
std::string RunCells(const RunSummary& run, const std::vector<std::string>& settings) {
  std::string cells = fmt::format("{},{},{},{},{},{},", run.id, IsoText(run.started), Name(run.end.outcome),
                                  QuoteCell(run.start.data), run.start.data_hash, QuoteCell(run.start.network));
  for (const std::string& name : settings) {
    const auto& own = run.start.settings;
    const auto found = std::ranges::find(own, name, &std::pair<std::string, std::string>::first);
    cells += (found == own.end() ? "" : QuoteCell(found->second)) + ",";
  }
  return cells;
}

std::string EpochCells(const RunEpoch& epoch) {
  const EpochRecord& record = epoch.record;
  const bool validated = record.validation.rows > 0;
  std::string cells =
      fmt::format("{},{},{},{},{},{},{},", record.epoch, Cell(record.train_loss), Cell(record.train.score),
                  validated ? Cell(record.validation.loss) : "", validated ? Cell(record.validation.score) : "",
                  Cell(record.seconds), Cell(record.samples_per_second));
  if (!epoch.gates) return cells + ",,,";
  const EpochGates& gates = *epoch.gates;
  return cells + fmt::format("{},{},{},{}", Cell(gates.open_share), gates.dead, gates.units, Cell(gates.gradient_norm));
}

}  // namespace

std::string IsoText(RunTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

std::string ToJson(std::span<const RunSummary> runs) {
  Json json = Json::array();
  for (const RunSummary& run : runs) json.push_back(SummaryJson(run));
  return Document(json);
}

std::string ToJson(const RecordedRun& run) { return Document(RunJson(run)); }

std::string ToJson(std::span<const RecordedRun> runs) {
  Json json = Json::array();
  for (const RecordedRun& run : runs) json.push_back(RunJson(run));
  return Document(json);
}

std::string ToJson(const RecordedRun& first, const RecordedRun& second) {
  Json json = {{"runs", {RunJson(first), RunJson(second)}}, {"differences", Json::array()}};
  for (const auto& [setting, one, other] : Differences(first, second)) {
    json["differences"].push_back({{"setting", setting}, {"first", one}, {"second", other}});
  }
  return Document(json);
}

std::string ToCsv(std::span<const RecordedRun> runs) {
  std::vector<std::string> settings;
  for (const RecordedRun& run : runs) {
    for (const auto& [name, value] : run.summary.start.settings) {
      if (std::ranges::count(settings, name) == 0) settings.push_back(name);
    }
  }
  std::string csv = "id,started,outcome,data,data_hash,network,";
  // Arguments without a name of an option, such as DATA, would be called like the columns before them.
  for (const std::string& name : settings) {
    csv += QuoteCell(name.starts_with("--") ? name : "argument " + name) + ",";
  }
  csv +=
      "epoch,train_loss,train_score,valid_loss,valid_score,seconds,samples_per_second,open_share,dead,units,"
      "gradient_norm\n";
  for (const RecordedRun& run : runs) {
    const std::string front = RunCells(run.summary, settings);
    for (const RunEpoch& epoch : run.epochs) csv += front + EpochCells(epoch) + "\n";
    if (run.epochs.empty()) csv += front + ",,,,,,,,,,\n";
  }
  return csv;
}

}  // namespace ramp
