#include "ramp/runs/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "ramp/base/error.h"
#include "ramp/runs/run_lock.h"
#include "ramp/runs/schema.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNewest = "last";
constexpr std::chrono::milliseconds kPatience(5000);

RunTime TimeFrom(int64_t milliseconds) { return RunTime(std::chrono::milliseconds(milliseconds)); }

RunOutcome OutcomeNamed(std::string_view name) {
  for (const RunOutcome outcome : {RunOutcome::kDone, RunOutcome::kFailed, RunOutcome::kInterrupted}) {
    if (name == Name(outcome)) return outcome;
  }
  return RunOutcome::kRunning;
}

RunEpoch ReadEpoch(Statement& row) {
  RunEpoch epoch;
  EpochRecord& record = epoch.record;
  record.epoch = row.Count();
  record.train_loss = row.Real();
  record.train = {.rows = row.Count(), .loss = record.train_loss, .score = row.Real()};
  record.validation = {.rows = row.Count(), .loss = row.Real(), .score = row.Real()};
  record.seconds = row.Real();
  record.samples_per_second = row.Real();
  if (!row.IsNull()) {
    epoch.gates = {.open_share = row.Real(), .dead = row.Count(), .units = row.Count(), .gradient_norm = row.Real()};
  }
  return epoch;
}

constexpr std::string_view kEpochColumns =
    "epoch, train_loss, train_rows, train_score, valid_rows, valid_loss, valid_score, seconds, samples_per_second, "
    "open_share, dead, units, gradient_norm";

void ReadStart(Statement& row, RunStart& start) {
  start.command = row.Text();
  start.folder = row.Text();
  start.version = row.Text();
  const Json settings = Json::parse(row.Text());
  for (const auto& [name, value] : settings.items()) start.settings.emplace_back(name, value.get<std::string>());
  start.data = row.Text();
  start.data_hash = row.Text();
  start.network = row.Text();
  start.parameters = row.Count();
  start.task = row.Text() == TaskName(Task::kRegression) ? Task::kRegression : Task::kClassification;
  start.epochs_planned = row.Count();
}

void ReadEnd(Statement& row, RunEnd& end) {
  end.outcome = OutcomeNamed(row.Text());
  end.reason = row.Text();
  end.model = row.Text();
  end.best_epoch = row.Count();
  end.test = {.rows = row.Count(), .loss = row.Real(), .score = row.Real()};
}

RunSummary ReadSummary(Database& database, int64_t number) {
  Statement row = database.Prepare(
      "SELECT id, started, command, folder, version, settings, data, data_hash, network, parameters, task, "
      "epochs_planned, outcome, reason, model, best_epoch, test_rows, test_loss, test_score, "
      "(SELECT count(*) FROM epochs WHERE run = number), (SELECT count(*) FROM findings WHERE run = number), "
      "(SELECT count(*) FROM findings WHERE run = number AND severity = 'warning'), "
      "(SELECT count(*) FROM findings WHERE run = number AND severity = 'error'), "
      "(SELECT total(seconds) FROM epochs WHERE run = number), "
      "(SELECT count(*) FROM treatments WHERE run = number), ended FROM runs WHERE number = ?");
  RunSummary run;
  if (!row.Bind(number).Step()) return run;
  run.id = row.Text();
  run.started = TimeFrom(row.Integer());
  ReadStart(row, run.start);
  ReadEnd(row, run.end);
  run.epochs_done = row.Count();
  run.findings = row.Count();
  run.warnings = row.Count();
  run.errors = row.Count();
  run.seconds = row.Real();
  run.treatments = row.Count();
  if (!row.IsNull()) run.ended = TimeFrom(row.Integer());
  Statement shown = database.Prepare(fmt::format(
      "SELECT {} FROM epochs WHERE run = ?1 AND (epoch = ?2 OR ?2 = 0) ORDER BY epoch DESC LIMIT 1", kEpochColumns));
  if (shown.Bind(number).Bind(run.end.best_epoch).Step()) run.shown = ReadEpoch(shown);
  return run;
}

// With the outcome that can be told by the lock alone.
RunSummary ReadSummary(Database& database, const RunLocks& locks, int64_t number) {
  RunSummary run = ReadSummary(database, number);
  if (run.end.outcome != RunOutcome::kRunning || locks.IsHeld(number)) return run;
  // It may have ended since it was read.
  run = ReadSummary(database, number);
  if (run.end.outcome == RunOutcome::kRunning) run.end.outcome = RunOutcome::kKilled;
  return run;
}

std::vector<RunFinding> ReadFindings(Database& database, int64_t number) {
  Statement row = database.Prepare(
      "SELECT monitor, severity, epoch, step, last_epoch, what, cause, outlook, confidence, explained_by, remedies, "
      "layers, units FROM findings WHERE run = ? ORDER BY position");
  row.Bind(number);
  std::vector<RunFinding> findings;
  while (row.Step()) {
    RunFinding finding;
    finding.monitor = row.Text();
    finding.severity = row.Text();
    finding.epoch = row.Count();
    finding.step = row.Count();
    finding.last_epoch = row.Count();
    finding.what = row.Text();
    finding.cause = row.Text();
    finding.outlook = row.Text();
    finding.confidence = row.Real();
    finding.explained_by = row.Text();
    finding.remedies = Json::parse(row.Text()).get<std::vector<std::string>>();
    finding.layers = Json::parse(row.Text()).get<std::vector<size_t>>();
    finding.units = row.Count();
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<RunTreatment> ReadTreatments(Database& database, int64_t number) {
  Statement row = database.Prepare(
      "SELECT epoch, step, monitor, remedy, what, kept FROM treatments WHERE run = ? ORDER BY position");
  row.Bind(number);
  std::vector<RunTreatment> treatments;
  while (row.Step()) {
    RunTreatment treatment;
    treatment.epoch = row.Count();
    treatment.step = row.Count();
    treatment.monitor = row.Text();
    treatment.remedy = row.Text();
    treatment.what = row.Text();
    treatment.kept = row.Integer() != 0;
    treatments.push_back(std::move(treatment));
  }
  return treatments;
}

}  // namespace

History::History(std::string path) : path_(std::move(path)), database_(OpenForReading(path_)) {}

Database& History::Open() {
  std::error_code failure;
  if (database_.in_memory() && std::filesystem::exists(path_, failure)) {
    database_ = OpenForReading(path_);
    ++openings_;
  }
  return database_;
}

std::vector<RunSummary> History::Runs(size_t most) {
  Open();
  std::vector<int64_t> numbers;
  {
    Statement row = database_.Prepare("SELECT number FROM runs ORDER BY started DESC, number DESC LIMIT ?");
    row.Bind(most > 0 ? static_cast<int64_t>(most) : -1);
    while (row.Step()) numbers.push_back(row.Integer());
  }
  const RunLocks locks(path_, RunLocks::Access::kLook);
  std::vector<RunSummary> runs;
  for (const int64_t number : numbers) {
    RunSummary run = ReadSummary(database_, locks, number);
    if (!run.id.empty()) runs.push_back(std::move(run));  // else it was deleted in between
  }
  return runs;
}

int64_t History::Find(std::string_view id) {
  Open();
  if (id == kNewest) {
    const int64_t number = database_.Integer("SELECT number FROM runs ORDER BY started DESC, number DESC LIMIT 1");
    if (number == 0) throw UsageError("there is no last run: the history is empty");
    return number;
  }
  Statement row =
      database_.Prepare("SELECT number, id FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY started");
  row.Bind(id);
  int64_t number = 0;
  size_t found = 0;
  std::string ids;
  while (!id.empty() && row.Step()) {
    constexpr size_t kMostNamed = 5;
    number = row.Integer();
    if (++found <= kMostNamed) ids += (found > 1 ? ", " : "") + ShortId(row.Text());
    if (found == kMostNamed + 1) ids += " ...";
  }
  if (found == 0) throw UsageError(fmt::format("there is no run '{}': ramp runs lists those that there are", id));
  if (found > 1) {
    throw UsageError(
        fmt::format("'{}' is the beginning of {} runs ({}): give more of the one you mean", id, found, ids));
  }
  return number;
}

RecordedRun History::Read(std::string_view id) {
  const int64_t number = Find(id);
  const RunLocks locks(path_, RunLocks::Access::kLook);
  RecordedRun run{.summary = ReadSummary(database_, locks, number),
                  .epochs = {},
                  .findings = ReadFindings(database_, number),
                  .treatments = ReadTreatments(database_, number)};
  Statement row = database_.Prepare(fmt::format("SELECT {} FROM epochs WHERE run = ? ORDER BY epoch", kEpochColumns));
  row.Bind(number);
  while (row.Step()) run.epochs.push_back(ReadEpoch(row));
  return run;
}

std::string History::Delete(std::string_view id) {
  const int64_t number = Find(id);
  const RunLocks locks(path_, RunLocks::Access::kLook);
  const RunSummary run = ReadSummary(database_, locks, number);
  if (run.end.outcome == RunOutcome::kRunning) {
    throw UsageError(fmt::format("run {} is still running: stop it first", ShortId(run.id)));
  }
  database_.Prepare("DELETE FROM runs WHERE number = ?").Bind(number).Run();
  return run.id;
}

void History::Rate(const QuizRating& rating) {
  if (rating.stars < 1 || rating.stars > 5) {
    throw UsageError(fmt::format("a quiz is rated with 1 to 5, not {}", rating.stars));
  }
  database_ = OpenForWriting(path_, kPatience);
  ++openings_;
  database_.Prepare("INSERT INTO ratings (at, quiz, stars, points, questions, seed) VALUES (?, ?, ?, ?, ?, ?)")
      .Bind(int64_t{rating.at.time_since_epoch().count()})
      .Bind(rating.quiz)
      .Bind(int64_t{rating.stars})
      .Bind(rating.points)
      .Bind(rating.questions)
      .Bind(static_cast<int64_t>(rating.seed))
      .Run();
}

std::vector<QuizRating> History::Ratings() {
  Statement row = Open().Prepare("SELECT at, quiz, stars, points, questions, seed FROM ratings ORDER BY at, rowid");
  std::vector<QuizRating> ratings;
  while (row.Step()) {
    QuizRating rating;
    rating.at = TimeFrom(row.Integer());
    rating.quiz = row.Text();
    rating.stars = static_cast<int>(row.Integer());
    rating.points = row.Real();
    rating.questions = row.Count();
    rating.seed = static_cast<uint64_t>(row.Integer());
    ratings.push_back(std::move(rating));
  }
  return ratings;
}

int64_t History::Changes() {
  // SQLite counts anew each time that the file is opened.
  const int64_t changes = Open().Integer("PRAGMA data_version");
  return changes + (openings_ << 32);
}

}  // namespace ramp
