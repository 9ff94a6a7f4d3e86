#include "ramp/runs/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "ramp/base/error.h"
#include "ramp/runs/schema.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

// How long a training waits for a history that another process holds: at first, after that has failed, and at the end.
constexpr milliseconds kPatience(2000), kNoPatience(0), kLastPatience(5000);

RunTime Now() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

int64_t ToInteger(RunTime time) { return time.time_since_epoch().count(); }

// Names of files may hold anything.
std::string Dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string SettingsText(const RunStart& start) {
  Json json = Json::object();
  for (const auto& [name, value] : start.settings) json[name] = value;
  return Dumped(json);
}

}  // namespace

RunRecorder::RunRecorder(std::string path, RunStart start, std::function<void(const std::string&)> warn)
    : path_(std::move(path)), warn_(std::move(warn)) {
  run_.summary.started = Now();
  run_.summary.id = NewRunId(start, run_.summary.started);
  run_.summary.start = std::move(start);
  run_.summary.end.outcome = RunOutcome::kRunning;
  Save();
}

RunRecorder::~RunRecorder() {
  if (!ended_) End({.outcome = RunOutcome::kFailed, .reason = "an error ended it"});
}

void RunRecorder::AddEpoch(const RunEpoch& epoch) {
  run_.epochs.push_back(epoch);
  Save();
}

void RunRecorder::Restore(std::span<const EpochRecord> epochs) {
  const size_t known = std::min(run_.epochs.size(), epochs.size());
  epochs_saved_ = std::min(epochs_saved_, known);
  run_.epochs.resize(known);
  for (const EpochRecord& record : epochs.subspan(known)) run_.epochs.push_back({.record = record});
  Save();
}

void RunRecorder::SetFindings(std::vector<RunFinding> findings) {
  if (findings == run_.findings) return;
  run_.findings = std::move(findings);
  findings_saved_ = false;
  Save();
}

void RunRecorder::AddTreatment(RunTreatment treatment) {
  run_.treatments.push_back(std::move(treatment));
  Save();
}

void RunRecorder::End(RunEnd end) {
  ended_ = true;
  run_.summary.end = std::move(end);
  run_.summary.ended = Now();
  end_saved_ = false;
  Save();
  // From here on it is no longer running.
  database_.reset();
  locks_.reset();
}

void RunRecorder::Save() {
  try {
    if (!database_) Open();
    database_->set_patience(static_cast<int>(Patience().count()));
    Write();
    if (warned_) warn_(fmt::format("run {} is in the history after all", ShortId(id())));
    warned_ = false;
  } catch (const std::exception& error) {
    if (number_ == 0) {
      database_.reset();
      locks_.reset();
    }
    if (!warned_) {
      warn_(
          fmt::format("warning: the run is not recorded, the training goes on without that (--no-record says so "
                      "from the start):\n  {}",
                      error.what()));
    }
    warned_ = true;
  }
}

milliseconds RunRecorder::Patience() const { return ended_ ? kLastPatience : warned_ ? kNoPatience : kPatience; }

void RunRecorder::Open() {
  Database database = OpenForWriting(path_, Patience());
  locks_.emplace(path_, RunLocks::Access::kHold);
  database_.emplace(std::move(database));
}

void RunRecorder::Write() {
  Transaction transaction(*database_);
  const int64_t number = number_ > 0 ? number_ : WriteStart();
  WriteEpochs(number);
  if (!findings_saved_) WriteFindings(number);
  WriteTreatments(number);
  if (!end_saved_) WriteEnd(number);
  transaction.Commit();
  number_ = number;
  epochs_saved_ = epochs_in_file_ = run_.epochs.size();
  treatments_saved_ = run_.treatments.size();
  findings_saved_ = end_saved_ = true;
}

int64_t RunRecorder::WriteStart() {
  const RunSummary& run = run_.summary;
  const RunStart& start = run.start;
  database_
      ->Prepare(
          "INSERT INTO runs (id, started, outcome, command, folder, version, settings, data, data_hash, network, "
          "parameters, task, epochs_planned) VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Bind(run.id)
      .Bind(ToInteger(run.started))
      .Bind(start.command)
      .Bind(start.folder)
      .Bind(start.version)
      .Bind(SettingsText(start))
      .Bind(start.data)
      .Bind(start.data_hash)
      .Bind(start.network)
      .Bind(start.parameters)
      .Bind(TaskName(start.task))
      .Bind(start.epochs_planned)
      .Run();
  const int64_t number = database_->last_row();
  // Before anybody can read that it is running.
  locks_->Hold(number);
  return number;
}

void RunRecorder::WriteEpochs(int64_t number) {
  if (epochs_in_file_ > epochs_saved_) {
    database_->Prepare("DELETE FROM epochs WHERE run = ? AND epoch > ?").Bind(number).Bind(epochs_saved_).Run();
  }
  Statement insert = database_->Prepare(
      "INSERT INTO epochs (run, epoch, train_loss, train_rows, train_score, valid_rows, valid_loss, valid_score, "
      "seconds, samples_per_second, open_share, dead, units, gradient_norm) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (size_t i = epochs_saved_; i < run_.epochs.size(); ++i) {
    const auto& [record, gates] = run_.epochs[i];
    insert.Reset()
        .Bind(number)
        .Bind(i + 1)
        .Bind(record.train_loss)
        .Bind(record.train.rows)
        .Bind(record.train.score)
        .Bind(record.validation.rows)
        .Bind(record.validation.loss)
        .Bind(record.validation.score)
        .Bind(record.seconds)
        .Bind(record.samples_per_second);
    if (gates) insert.Bind(gates->open_share).Bind(gates->dead).Bind(gates->units).Bind(gates->gradient_norm);
    insert.Run();
  }
}

void RunRecorder::WriteFindings(int64_t number) {
  database_->Prepare("DELETE FROM findings WHERE run = ?").Bind(number).Run();
  Statement insert = database_->Prepare(
      "INSERT INTO findings (run, position, monitor, severity, epoch, step, last_epoch, what, cause, outlook, "
      "confidence, explained_by, remedies, layers, units) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (size_t i = 0; i < run_.findings.size(); ++i) {
    const RunFinding& finding = run_.findings[i];
    insert.Reset()
        .Bind(number)
        .Bind(i)
        .Bind(finding.monitor)
        .Bind(finding.severity)
        .Bind(finding.epoch)
        .Bind(finding.step)
        .Bind(finding.last_epoch)
        .Bind(finding.what)
        .Bind(finding.cause)
        .Bind(finding.outlook)
        .Bind(finding.confidence)
        .Bind(finding.explained_by)
        .Bind(Dumped(finding.remedies))
        .Bind(Dumped(finding.layers))
        .Bind(finding.units)
        .Run();
  }
}

void RunRecorder::WriteTreatments(int64_t number) {
  for (size_t i = treatments_saved_; i < run_.treatments.size(); ++i) {
    const RunTreatment& treatment = run_.treatments[i];
    database_
        ->Prepare(
            "INSERT INTO treatments (run, position, epoch, step, monitor, remedy, what, kept) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(number)
        .Bind(i)
        .Bind(treatment.epoch)
        .Bind(treatment.step)
        .Bind(treatment.monitor)
        .Bind(treatment.remedy)
        .Bind(treatment.what)
        .Bind(size_t{treatment.kept})
        .Run();
  }
}

void RunRecorder::WriteEnd(int64_t number) {
  const RunEnd& end = run_.summary.end;
  database_
      ->Prepare(
          "UPDATE runs SET ended = ?2, outcome = ?3, reason = ?4, model = ?5, best_epoch = ?6, test_rows = ?7, "
          "test_loss = ?8, test_score = ?9 WHERE number = ?1")
      .Bind(number)
      .Bind(ToInteger(*run_.summary.ended))
      .Bind(Name(end.outcome))
      .Bind(end.reason)
      .Bind(end.model)
      .Bind(end.best_epoch)
      .Bind(end.test.rows)
      .Bind(end.test.loss)
      .Bind(end.test.score)
      .Run();
}

}  // namespace ramp
