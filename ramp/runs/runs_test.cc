// The history in one process: what is recorded is read again, older files are migrated, newer ones refused.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/runs/history.h"
#include "ramp/runs/home.h"
#include "ramp/runs/recorder.h"
#include "ramp/runs/report.h"
#include "ramp/runs/schema.h"
#include "ramp/runs/test_runs.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// Fails the test: nothing was to be warned of.
void NoWarning(const std::string& text) { ADD_FAILURE() << text; }

// The message of the Error that `action` throws.
template <class Action>
std::string ErrorOf(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void ExpectIntact(const std::string& path) {
  Database database(path, Database::Access::kRead);
  EXPECT_EQ(database.Text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(database.Text("PRAGMA foreign_key_check"), "");
}

// Records a run of some epochs and returns its id.
std::string RecordOne(const std::string& path, size_t epochs = 3) {
  RunRecorder recorder(path, SomeStart(), NoWarning);
  for (size_t epoch = 1; epoch <= epochs; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
  recorder.End({.best_epoch = epochs});
  return recorder.id();
}

TEST(AHistory, IsEmptyWhereThereIsNoFileAndMakesNone) {
  const TestHistory test;
  EXPECT_TRUE(History(test.path()).Runs().empty());
  EXPECT_FALSE(std::filesystem::exists(test.path()));
}

TEST(AHistory, SeesAFileThatIsMadeLater) {
  const TestHistory test;
  History history(test.path());
  const int64_t before = history.Changes();
  EXPECT_TRUE(history.Runs().empty());
  const std::string id = RecordOne(test.path());
  EXPECT_NE(history.Changes(), before);
  EXPECT_EQ(history.Runs().size(), 1u);
  EXPECT_EQ(history.Read("last").summary.id, id);
}

TEST(AHistory, GivesBackWhatWasRecorded) {
  const TestHistory test;
  RunRecorder recorder(test.path(), SomeStart(), NoWarning);
  for (size_t epoch = 1; epoch <= 4; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
  recorder.SetFindings({SomeFinding()});
  recorder.AddTreatment({.epoch = 2, .step = 5, .monitor = "dead-units", .remedy = "recycle", .what = "redrawn"});
  recorder.AddTreatment(
      {.epoch = 3, .step = 1, .monitor = "plateau", .remedy = "smaller-rate", .what = "a tenth", .kept = false});
  recorder.End({.outcome = RunOutcome::kFailed,
                .reason = "diverged",
                .model = "/models/a.onnx",
                .best_epoch = 3,
                .test = {.rows = 20, .loss = 0.5, .score = 0.75}});

  const RecordedRun run = History(test.path()).Read(recorder.id());
  const RunSummary& summary = run.summary;
  const RunStart start = SomeStart();
  EXPECT_EQ(summary.id, recorder.id());
  EXPECT_EQ(summary.start.command, start.command);
  EXPECT_EQ(summary.start.folder, start.folder);
  EXPECT_EQ(summary.start.version, start.version);
  EXPECT_EQ(summary.start.settings, start.settings);
  EXPECT_EQ(summary.start.data, start.data);
  EXPECT_EQ(summary.start.data_hash, start.data_hash);
  EXPECT_EQ(summary.start.network, start.network);
  EXPECT_EQ(summary.start.parameters, start.parameters);
  EXPECT_EQ(summary.start.epochs_planned, start.epochs_planned);
  EXPECT_EQ(summary.end.outcome, RunOutcome::kFailed);
  EXPECT_EQ(summary.end.reason, "diverged");
  EXPECT_EQ(summary.end.model, "/models/a.onnx");
  EXPECT_EQ(summary.end.test.score, 0.75);
  ASSERT_TRUE(summary.ended.has_value());
  EXPECT_GE(*summary.ended, summary.started);
  EXPECT_EQ(summary.epochs_done, 4u);
  EXPECT_EQ(summary.findings, 1u);
  EXPECT_EQ(summary.errors, 1u);
  EXPECT_EQ(summary.treatments, 2u);
  ASSERT_TRUE(summary.shown.has_value());
  EXPECT_EQ(summary.shown->record.epoch, 3u) << "the best one is shown";
  ASSERT_EQ(run.epochs.size(), 4u);
  const RunEpoch expected = SomeEpoch(2), &epoch = run.epochs[1];
  EXPECT_EQ(epoch.record.epoch, 2u);
  EXPECT_EQ(epoch.record.train_loss, expected.record.train_loss);
  EXPECT_EQ(epoch.record.train.score, expected.record.train.score);
  EXPECT_EQ(epoch.record.train.rows, expected.record.train.rows);
  EXPECT_EQ(epoch.record.validation.loss, expected.record.validation.loss);
  EXPECT_EQ(epoch.record.validation.score, expected.record.validation.score);
  EXPECT_EQ(epoch.record.validation.rows, expected.record.validation.rows);
  EXPECT_EQ(epoch.record.samples_per_second, expected.record.samples_per_second);
  ASSERT_TRUE(epoch.gates.has_value());
  EXPECT_EQ(epoch.gates->dead, 2u);
  EXPECT_EQ(epoch.gates->gradient_norm, 2.0);
  EXPECT_EQ(run.findings, std::vector<RunFinding>{SomeFinding()});
  ASSERT_EQ(run.treatments.size(), 2u);
  EXPECT_EQ(run.treatments[0].what, "redrawn");
  EXPECT_FALSE(run.treatments[1].kept);
  ExpectIntact(test.path());
}

TEST(AHistory, ShowsEachEpochAsSoonAsItIsOver) {
  const TestHistory test;
  RunRecorder recorder(test.path(), SomeStart(), NoWarning);
  History history(test.path());
  EXPECT_EQ(history.Runs()[0].end.outcome, RunOutcome::kRunning);
  int64_t before = history.Changes();
  for (size_t epoch = 1; epoch <= 3; ++epoch) {
    recorder.AddEpoch(SomeEpoch(epoch));
    EXPECT_EQ(history.Read("last").epochs.size(), epoch);
    const int64_t now = history.Changes();
    EXPECT_NE(now, before);
    before = now;
  }
  EXPECT_EQ(history.Changes(), before);
  EXPECT_EQ(history.Runs()[0].end.outcome, RunOutcome::kRunning);
}

TEST(AHistory, ListsTheNewestFirstAndAtMostSoMany) {
  const TestHistory test;
  std::vector<std::string> ids;
  for (size_t i = 0; i < 4; ++i) ids.insert(ids.begin(), RecordOne(test.path()));
  std::vector<std::string> listed;
  for (const RunSummary& run : History(test.path()).Runs()) listed.push_back(run.id);
  EXPECT_EQ(listed, ids);
  EXPECT_EQ(History(test.path()).Runs(2).size(), 2u);
}

TEST(ARun, IsFoundByTheBeginningOfItsId) {
  const TestHistory test;
  constexpr size_t kRuns = 17;  // so that two of them begin with the same digit
  std::vector<std::string> ids;
  for (size_t i = 0; i < kRuns; ++i) ids.push_back(RecordOne(test.path(), 1));
  History history(test.path());
  for (const std::string& id : ids) {
    EXPECT_EQ(history.Read(id).summary.id, id);
    EXPECT_EQ(history.Read(ShortId(id)).summary.id, id);
  }
  EXPECT_EQ(history.Read("last").summary.id, ids.back());
  std::string messages;
  for (const char digit : std::string("0123456789abcdef")) {
    messages += ErrorOf([&] { history.Read(std::string(1, digit)); });
  }
  EXPECT_NE(messages.find("is the beginning of"), std::string::npos) << messages;
  EXPECT_NE(ErrorOf([&] { history.Read("xyz"); }).find("there is no run 'xyz'"), std::string::npos);
  EXPECT_NE(ErrorOf([&] { history.Read(""); }).find("there is no run ''"), std::string::npos);
}

TEST(ARun, IsDeletedWithAllThatBelongsToIt) {
  const TestHistory test;
  const std::string id = RecordOne(test.path()), other = RecordOne(test.path());
  History history(test.path());
  EXPECT_EQ(history.Delete(id), id);
  ASSERT_EQ(history.Runs().size(), 1u);
  EXPECT_EQ(history.Read(other).epochs.size(), 3u);
  Database database(test.path(), Database::Access::kRead);
  EXPECT_EQ(database.Integer("SELECT count(*) FROM epochs"), 3);
  ExpectIntact(test.path());
}

TEST(ARun, IsNotDeletedWhileItIsRunning) {
  const TestHistory test;
  RunRecorder recorder(test.path(), SomeStart(), NoWarning);
  EXPECT_NE(ErrorOf([&] { History(test.path()).Delete("last"); }).find("still running"), std::string::npos);
  recorder.End({});
  EXPECT_EQ(History(test.path()).Delete("last"), recorder.id());
}

TEST(ARun, HasFailedWhenItsRecorderWasLeftWithoutAnEnd) {
  const TestHistory test;
  { RunRecorder recorder(test.path(), SomeStart(), NoWarning); }
  EXPECT_EQ(History(test.path()).Runs()[0].end.outcome, RunOutcome::kFailed);
}

TEST(ARun, KeepsNumbersThatAreNotFinite) {
  const TestHistory test;
  RunRecorder recorder(test.path(), SomeStart(), NoWarning);
  RunEpoch epoch = SomeEpoch(1);
  epoch.record.train_loss = std::numeric_limits<double>::quiet_NaN();
  epoch.record.validation.loss = std::numeric_limits<double>::infinity();
  recorder.AddEpoch(epoch);
  const RecordedRun run = History(test.path()).Read("last");
  EXPECT_TRUE(std::isnan(run.epochs[0].record.train_loss));
  EXPECT_TRUE(std::isinf(run.epochs[0].record.validation.loss));
  EXPECT_TRUE(Json::parse(ToJson(run))["epochs"][0]["train_loss"].is_null());
}

TEST(ARestoredTraining, ForgetsTheEpochsBehindWhereItWasPutAndTakesOverOthers) {
  const TestHistory test;
  RunRecorder recorder(test.path(), SomeStart(), NoWarning);
  const std::vector<EpochRecord> two = {SomeEpoch(1).record, SomeEpoch(2).record};
  // As from a checkpoint of another run.
  recorder.Restore(two);
  EXPECT_EQ(History(test.path()).Read("last").epochs.size(), 2u);
  EXPECT_FALSE(History(test.path()).Read("last").epochs[1].gates.has_value());
  for (size_t epoch = 3; epoch <= 5; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
  // Back within this one.
  recorder.Restore(std::vector<EpochRecord>{SomeEpoch(1).record, SomeEpoch(2).record, SomeEpoch(3).record});
  EXPECT_EQ(History(test.path()).Read("last").epochs.size(), 3u);
  recorder.AddEpoch(SomeEpoch(4));
  const RecordedRun run = History(test.path()).Read("last");
  ASSERT_EQ(run.epochs.size(), 4u);
  EXPECT_FALSE(run.epochs[1].gates.has_value());
  EXPECT_TRUE(run.epochs[2].gates.has_value());
  EXPECT_EQ(run.epochs[3].record.epoch, 4u);
}

TEST(AnOlderHistory, IsBroughtUpToDateWithItsRuns) {
  for (size_t version = 1; version < SchemaVersion(); ++version) {
    const TestHistory test;
    {
      Database database(test.path(), Database::Access::kWrite);
      Migrate(database, version);
      ASSERT_EQ(database.Integer("PRAGMA user_version"), static_cast<int64_t>(version));
      database.Execute(
          "INSERT INTO runs (id, started, ended, outcome, command, folder, version, settings, data, data_hash, "
          "network, parameters, task, epochs_planned) VALUES ('0123456789abcdef', 1, 2, 'done', 'ramp train', '/', "
          "'0', '{\"--lr\": \"1\"}', 'digits', '00', 'dense', 3, 'regression', 1);"
          "INSERT INTO epochs (run, epoch, train_loss, train_rows, train_score, valid_rows, valid_loss, valid_score, "
          "seconds, samples_per_second) VALUES (1, 1, 0.5, 1, 0.5, 0, NULL, NULL, 0.5, 1)");
    }
    History history(test.path());
    const RecordedRun run = history.Read("0123");
    EXPECT_EQ(run.summary.start.task, Task::kRegression) << "from version " << version;
    EXPECT_EQ(run.summary.start.settings[0].second, "1") << "from version " << version;
    EXPECT_EQ(run.epochs.size(), 1u) << "from version " << version;
    history.Rate({.quiz = "first look", .stars = 5});
    RecordOne(test.path());
    EXPECT_EQ(history.Runs().size(), 2u) << "from version " << version;
    ExpectIntact(test.path());
  }
}

TEST(ANewerHistory, IsRefusedAndLeftAsItIs) {
  const TestHistory test;
  RecordOne(test.path());
  {
    Database database(test.path(), Database::Access::kRead);
    database.Execute("PRAGMA user_version = 99");
  }
  const std::string message = ErrorOf([&] { History history(test.path()); });
  EXPECT_NE(message.find("was written by a newer ramp (its tables have version 99"), std::string::npos) << message;
  EXPECT_NE(message.find(test.path()), std::string::npos) << message;
  std::vector<std::string> warnings;
  {
    RunRecorder recorder(test.path(), SomeStart(), [&](const std::string& text) { warnings.push_back(text); });
    recorder.AddEpoch(SomeEpoch(1));
    recorder.End({});
  }
  ASSERT_EQ(warnings.size(), 1u) << "it is said once";
  EXPECT_NE(warnings[0].find("newer ramp"), std::string::npos) << warnings[0];
  Database database(test.path(), Database::Access::kRead);
  EXPECT_EQ(database.Integer("SELECT count(*) FROM runs"), 1);
  EXPECT_EQ(database.Integer("PRAGMA user_version"), 99);
}

TEST(AFileThatIsNoHistory, IsRefusedWithItsName) {
  const TestHistory test;
  {
    Database database(test.path(), Database::Access::kWrite);
    database.Execute("CREATE TABLE recipes (name TEXT)");
  }
  EXPECT_NE(ErrorOf([&] { History history(test.path()); }).find("database of another program"), std::string::npos);
  WriteFileWhole(test.path(), "These are no tables, but it is long enough to be taken for some, if one does not look.");
  const std::string message = ErrorOf([&] { History history(test.path()); });
  EXPECT_NE(message.find(test.path() + ": file is not a database: it is no run history"), std::string::npos) << message;
}

TEST(AHistoryWhereNothingMayBeWritten, IsRead) {
  const TestHistory test;
  const std::string id = RecordOne(test.path());
  Database database(test.path(), Database::Access::kFrozen);
  Migrate(database);
  EXPECT_EQ(database.Text("SELECT id FROM runs"), id);
  EXPECT_NE(ErrorOf([&] { database.Execute("DELETE FROM runs"); }), "no error");
}

TEST(ARecording, GoesOnWithoutAPlaceToWriteTo) {
  for (const std::string path : {"/dev/null/runs.db", "/proc/runs.db"}) {
    std::vector<std::string> warnings;
    {
      RunRecorder recorder(path, SomeStart(), [&](const std::string& text) { warnings.push_back(text); });
      for (size_t epoch = 1; epoch <= 3; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
      recorder.End({});
      EXPECT_FALSE(recorder.succeeds());
    }
    ASSERT_EQ(warnings.size(), 1u) << path;
    EXPECT_NE(warnings[0].find("warning: the run is not recorded"), std::string::npos) << warnings[0];
    EXPECT_NE(warnings[0].find("set RAMP_HOME"), std::string::npos) << warnings[0];
  }
}

TEST(ARecording, CatchesUpWhenAnotherProgramLetsGoOfTheHistory) {
  const TestHistory test;
  std::vector<std::string> warnings;
  RunRecorder recorder(test.path(), SomeStart(), [&](const std::string& text) { warnings.push_back(text); });
  recorder.AddEpoch(SomeEpoch(1));
  {
    Database other(test.path(), Database::Access::kRead);
    const Transaction transaction(other);
    for (size_t epoch = 2; epoch <= 9; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_NE(warnings[0].find("another program holds it"), std::string::npos) << warnings[0];
  }
  recorder.AddEpoch(SomeEpoch(10));
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_NE(warnings[1].find("after all"), std::string::npos) << warnings[1];
  EXPECT_EQ(History(test.path()).Read("last").epochs.size(), 10u);
}

TEST(TheRatings, AreKeptInOrder) {
  const TestHistory test;
  History history(test.path());
  EXPECT_TRUE(history.Ratings().empty());
  history.Rate(
      {.at = RunTime(std::chrono::milliseconds(1)), .quiz = "first look", .stars = 4, .points = 2.5, .seed = 7});
  history.Rate({.at = RunTime(std::chrono::milliseconds(2)), .quiz = "understanding", .stars = 1});
  const std::vector<QuizRating> ratings = History(test.path()).Ratings();
  ASSERT_EQ(ratings.size(), 2u);
  EXPECT_EQ(ratings[0].quiz, "first look");
  EXPECT_EQ(ratings[0].points, 2.5);
  EXPECT_EQ(ratings[0].seed, 7u);
  EXPECT_EQ(ratings[1].stars, 1);
  for (const int stars : {0, 6}) {
    EXPECT_NE(ErrorOf([&] { history.Rate({.quiz = "first look", .stars = stars}); }).find("1 to 5"), std::string::npos);
  }
}

TEST(TheReports, HaveEveryEpochAsJsonAndAsCsv) {
  const TestHistory test;
  RecordOne(test.path(), 2);
  {
    RunStart start = SomeStart();
    start.task = Task::kRegression;
    start.settings = {{"--lr", "0.2"}, {"--seed", "1"}};
    RunRecorder recorder(test.path(), start, NoWarning);
    recorder.SetFindings({SomeFinding()});
    recorder.End({});
  }
  History history(test.path());
  std::vector<RecordedRun> runs;
  for (const RunSummary& summary : history.Runs()) runs.push_back(history.Read(summary.id));
  const Json list = Json::parse(ToJson(history.Runs()));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1]["shown"]["valid_accuracy"], 0.25);
  EXPECT_EQ(list[1]["epochs_done"], 2);
  EXPECT_EQ(list[0]["errors"], 1);
  const Json all = Json::parse(ToJson(runs));
  EXPECT_EQ(all[1]["epochs"].size(), 2u);
  EXPECT_EQ(all[1]["settings"]["--lr"], "0.1");
  EXPECT_EQ(all[0]["findings"][0]["monitor"], "dead-units");
  const Json compared = Json::parse(ToJson(runs[1], runs[0]));
  EXPECT_EQ(compared["runs"][0]["id"], runs[1].summary.id);
  ASSERT_EQ(compared["differences"].size(), 4u) << compared["differences"];
  EXPECT_EQ(compared["differences"][1], (Json{{"setting", "--lr"}, {"first", "0.1"}, {"second", "0.2"}}));
  const std::string csv = ToCsv(runs);
  EXPECT_EQ(csv.find(",data,", csv.find(",data,") + 1), std::string::npos) << "two columns of one name";
  size_t commas = std::string::npos, lines = 0;
  for (size_t begin = 0; begin < csv.size(); ++lines) {
    const size_t end = csv.find('\n', begin);
    const std::string line = csv.substr(begin, end - begin);
    // The network is the only cell with commas of its own, two of them.
    const size_t count = static_cast<size_t>(std::count(line.begin(), line.end(), ',')) - (lines > 0 ? 2 : 0);
    if (lines == 0) commas = count;
    EXPECT_EQ(count, commas) << line;
    begin = end + 1;
  }
  EXPECT_EQ(lines, 4u) << csv;
}

TEST(TheHome, IsWhereTheEnvironmentSays) {
  const std::string before = std::getenv("RAMP_HOME") != nullptr ? std::getenv("RAMP_HOME") : "";
  ::setenv("RAMP_HOME", "/a", 1);
  EXPECT_EQ(HistoryPath(), "/a/runs.db");
  ::unsetenv("RAMP_HOME");
  ::setenv("XDG_DATA_HOME", "/b", 1);
  EXPECT_EQ(HomeFolder(), "/b/ramp");
  ::setenv("XDG_DATA_HOME", "relative", 1);
  ::setenv("HOME", "/c", 1);
  EXPECT_EQ(HomeFolder(), "/c/.local/share/ramp");
  ::unsetenv("XDG_DATA_HOME");
  ::unsetenv("HOME");
  EXPECT_NE(ErrorOf([] { HomeFolder(); }).find("set RAMP_HOME"), std::string::npos);
  ::setenv("RAMP_HOME", before.c_str(), 1);
}

}  // namespace
}  // namespace ramp
