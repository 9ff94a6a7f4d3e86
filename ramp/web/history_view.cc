#include "ramp/web/history_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <vector>

#include "ramp/quiz/quiz.h"
#include "ramp/runs/history.h"
#include "ramp/runs/home.h"
#include "ramp/runs/report.h"
#include "ramp/web/finding_json.h"

namespace ramp::web {
namespace {

constexpr size_t kMostSeed = size_t{1} << 53;

History OpenHistory() { return History(HistoryPath()); }

std::string OutcomeText(const RunEnd& end) {
  if (end.outcome != RunOutcome::kDone) return std::string(Name(end.outcome));
  return end.reason.empty() ? "finished" : end.reason;
}

Json SummaryJson(const RunSummary& run) {
  const Task task = run.start.task;
  std::string seed;
  for (const auto& [name, value] : run.start.settings) {
    if (name == "seed" || name == "--seed") seed = value;
  }
  const Json valid = run.shown ? ScoreJson(run.shown->record.validation) : Json(nullptr);
  return {{"id", run.id},
          {"started", IsoText(run.started)},
          {"seconds", run.seconds},
          {"data", run.start.data},
          {"network", run.start.network},
          {"seed", seed.empty() ? Json(nullptr) : Json(std::strtod(seed.c_str(), nullptr))},
          {"outcome", OutcomeText(run.end)},
          {"epochs", run.epochs_done},
          {"best_epoch", run.end.best_epoch},
          {"valid_score", valid},
          {"test_score", ScoreJson(run.end.test)},
          {"score_name", ScoreName(task)},
          {"warnings", run.warnings + run.errors},
          {"model", run.end.model.empty() ? Json(nullptr) : Json(run.end.model)},
          {"command", run.start.command}};
}

Json EpochJson(const RunEpoch& epoch) {
  const EpochRecord& record = epoch.record;
  Json json = {{"epoch", record.epoch},
               {"train_loss", record.train_loss},
               {"valid_loss", LossJson(record.validation)},
               {"valid_score", ScoreJson(record.validation)},
               {"seconds", record.seconds},
               {"open_share", nullptr},
               {"dead", nullptr},
               {"gradient_norm", nullptr}};
  if (epoch.gates) {
    json["open_share"] = epoch.gates->open_share;
    json["dead"] = epoch.gates->dead;
    json["gradient_norm"] = epoch.gates->gradient_norm;
  }
  return json;
}

Json RatingOf(const std::string& quiz) {
  double sum = 0;
  size_t count = 0;
  for (const QuizRating& rating : OpenHistory().Ratings()) {
    if (rating.quiz != quiz) continue;
    sum += rating.stars;
    ++count;
  }
  const Json mean = count > 0 ? Json(sum / static_cast<double>(count)) : Json(nullptr);
  return {{"rating", mean}, {"ratings", count}};
}

const Quiz& QuizOf(Fields& fields) { return FindQuiz(std::to_string(fields.Whole("quiz", 1, 100))); }

std::vector<std::string> ChoicesOf(const Fields& fields, const Json& json) {
  if (!json.is_array() || json.size() > 26) fields.Fail("answers", "has lists of choices");
  std::vector<std::string> choices;
  for (const Json& choice : json) {
    if (!choice.is_string() || choice.get_ref<const std::string&>().size() > 20) {
      fields.Fail("answers", "has lists of the choices' ids");
    }
    choices.push_back(choice);
  }
  return choices;
}

}  // namespace

HistoryWatch::HistoryWatch() = default;
HistoryWatch::~HistoryWatch() = default;

bool HistoryWatch::Changed() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_at_ < std::chrono::seconds(1)) return false;
  looked_at_ = now;
  try {
    const std::string path = HistoryPath();
    const bool first = !history_, exists = std::filesystem::exists(path);
    // A history that is made now is another file than the empty one that stood for it.
    const bool made = exists != exists_;
    if (first || made) history_ = std::make_unique<History>(path);
    const int64_t changes = history_->Changes();
    const bool changed = !first && (made || changes != changes_);
    changes_ = changes;
    exists_ = exists;
    return changed;
  } catch (const Error&) {
    // What is wrong with it is said where the page asks for the runs.
    return false;
  }
}

Json RunsJson(size_t most) {
  Json runs = Json::array();
  for (const RunSummary& run : OpenHistory().Runs(most)) runs.push_back(SummaryJson(run));
  return {{"runs", runs}};
}

Json RecordedRunJson(const std::string& id) {
  const RecordedRun run = OpenHistory().Read(id);
  Json json = SummaryJson(run.summary);
  json["epochs_done"] = run.summary.epochs_done;
  json["epochs"] = Json::array();
  for (const RunEpoch& epoch : run.epochs) json["epochs"].push_back(EpochJson(epoch));
  json["findings"] = Json::parse(ToJson(run))["findings"];
  json["settings"] = Json::object();
  for (const auto& [name, value] : run.summary.start.settings) json["settings"][name] = value;
  return json;
}

Json DeleteRun(const std::string& id) { return {{"id", OpenHistory().Delete(id)}}; }

Json QuizJson(const std::string& name, const std::string& seed_text) {
  const Quiz& quiz = FindQuiz(name.empty() ? "1" : name);
  uint64_t seed = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) % 100000;
  if (!seed_text.empty()) seed = std::strtoull(seed_text.c_str(), nullptr, 10) % kMostSeed;
  Json json = Json::parse(ToJson(quiz, seed));
  json["rating"] = RatingOf(std::to_string(quiz.number))["rating"];
  return json;
}

Json MarkQuiz(Fields& fields) {
  const Quiz& quiz = QuizOf(fields);
  const size_t seed = fields.Whole("seed", 0, kMostSeed);
  const Json& given = fields.Get("answers");
  if (!given.is_object() || given.size() > 100) fields.Fail("answers", "is an object: {question: [choices]}");
  QuizAnswers answers;
  for (const auto& [question, choices] : given.items()) answers[question] = ChoicesOf(fields, choices);
  const std::vector<Marked> marked = Mark(quiz, answers, seed);
  return Json::parse(ToJson(quiz, seed, marked));
}

JobWork PredictJob(Fields& fields) {
  const Quiz& quiz = QuizOf(fields);
  const size_t seed = fields.Whole("seed", 0, kMostSeed);
  const std::string id = fields.Text("id", 60);
  const auto question = std::ranges::find(quiz.questions, id, &Question::id);
  if (question == quiz.questions.end()) fields.Fail("id", "is no question of this quiz");
  std::vector<size_t> ticked;
  for (const std::string& choice : ChoicesOf(fields, fields.Get("answer"))) {
    for (size_t i = 0; i < question->choices.size(); ++i) {
      if (ChoiceId(i) == choice) ticked.push_back(i);
    }
  }
  return [&quiz, question = &*question, ticked, seed](JobDesk&) -> Json {
    const std::vector<Marked> marked = {Mark(*question, ticked, seed)};
    const Json whole = Json::parse(ToJson(quiz, seed, marked));
    return {{"measured", marked[0].found}, {"marked", whole["questions"][0]}};
  };
}

Json RateQuiz(Fields& fields) {
  QuizRating rating;
  rating.at = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  rating.quiz = std::to_string(QuizOf(fields).number);
  rating.stars = static_cast<int>(fields.Whole("stars", 1, 5));
  fields.Read("points", rating.points, 0, 100);
  fields.Read("questions", rating.questions, 0, 100);
  OpenHistory().Rate(rating);
  return RatingOf(rating.quiz);
}

}  // namespace ramp::web
