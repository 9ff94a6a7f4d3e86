#include "ramp/quiz/quiz.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/quiz/questions.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kQuestionStream = 1, kChoiceStream = 2;

std::vector<size_t> Numbers(size_t count) {
  std::vector<size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  return numbers;
}

std::vector<size_t> RightChoices(const Question& question) {
  std::vector<size_t> right;
  for (size_t i = 0; i < question.choices.size(); ++i) {
    if (question.choices[i].right) right.push_back(i);
  }
  return right;
}

void Check(const Question& question, const std::vector<size_t>& ticked) {
  if (!ticked.empty() && ticked.back() >= question.choices.size()) {
    throw UsageError(fmt::format("the question '{}' has {} choices, not {}", question.id, question.choices.size(),
                                 ticked.back() + 1));
  }
  if (std::ranges::adjacent_find(ticked) != ticked.end()) {
    throw UsageError(fmt::format("a choice of the question '{}' is ticked twice", question.id));
  }
  if (question.kind != QuestionKind::kSeveral && ticked.size() > 1) {
    throw UsageError(fmt::format("the question '{}' has one answer: tick one choice", question.id));
  }
}

double Points(const std::vector<size_t>& ticked, const std::vector<size_t>& right) {
  const auto hits = std::ranges::count_if(ticked, [&](size_t choice) { return std::ranges::count(right, choice) > 0; });
  const auto misses = static_cast<std::ptrdiff_t>(ticked.size()) - hits;
  return static_cast<double>(std::max<std::ptrdiff_t>(hits - misses, 0)) / static_cast<double>(right.size());
}

std::vector<std::string> Corrections(const Question& question, const Marked& marked) {
  std::vector<std::string> corrections;
  for (size_t i = 0; i < question.choices.size(); ++i) {
    const Choice& choice = question.choices[i];
    const bool ticked = std::ranges::count(marked.ticked, i) > 0, right = std::ranges::count(marked.right, i) > 0;
    if (ticked == right) continue;
    const std::string why = choice.why.empty() ? "" : fmt::format(": {}", choice.why);
    corrections.push_back(fmt::format("\"{}\" is {}{}", choice.text, right ? "right" : "wrong", why));
  }
  return corrections;
}

size_t ChoiceNamed(const Question& question, const std::string& id) {
  for (size_t i = 0; i < question.choices.size(); ++i) {
    if (ChoiceId(i) == id) return i;
  }
  throw UsageError(fmt::format("the question '{}' has no choice '{}'", question.id, id));
}

// Numbers of choices to their names.
Json Ids(const std::vector<size_t>& choices) {
  Json ids = Json::array();
  for (const size_t choice : choices) ids.push_back(ChoiceId(choice));
  return ids;
}

std::string Document(const Json& json) { return json.dump(2) + "\n"; }

}  // namespace

std::string_view Name(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kOne:
      return "one";
    case QuestionKind::kSeveral:
      return "several";
    case QuestionKind::kPredict:
      return "predict";
  }
  return "";
}

std::span<const Quiz> Quizzes() {
  static const std::vector<Quiz> quizzes = {
      {1, "first look", "when the formula is known", FirstLookQuestions()},
      {2, "understanding", "when strengths and weaknesses are known", UnderstandingQuestions()},
      {3, "predict, then run it", "the engine measures the answer", PredictQuestions()},
  };
  return quizzes;
}

const Quiz& FindQuiz(std::string_view name) {
  std::vector<std::string> names;
  std::string all;
  for (const Quiz& quiz : Quizzes()) {
    if (name == quiz.title || name == std::to_string(quiz.number)) return quiz;
    names.emplace_back(quiz.title);
    all += fmt::format("{}{} ({})", all.empty() ? "" : ", ", quiz.number, quiz.title);
  }
  throw UsageError(fmt::format("there is no quiz '{}'{}; there are: {}", name, DidYouMean(name, names), all));
}

std::vector<AskedQuestion> Ask(const Quiz& quiz, uint64_t seed) {
  std::vector<size_t> order = Numbers(quiz.questions.size());
  Random(seed, kQuestionStream).Shuffle(std::span(order));
  Random choices(seed, kChoiceStream);
  std::vector<AskedQuestion> asked;
  for (const size_t number : order) {
    const Question& question = quiz.questions[number];
    asked.push_back({&question, Numbers(question.choices.size())});
    if (question.kind != QuestionKind::kPredict) choices.Shuffle(std::span(asked.back().order));
  }
  return asked;
}

Marked Mark(const Question& question, std::span<const size_t> ticked, uint64_t seed) {
  Marked marked{.question = &question, .ticked = {ticked.begin(), ticked.end()}};
  std::ranges::sort(marked.ticked);
  Check(question, marked.ticked);
  if (question.measure != nullptr) {
    Measurement measurement = question.measure(seed);
    marked.right = {measurement.right};
    marked.found = std::move(measurement.found);
  } else {
    marked.right = RightChoices(question);
  }
  marked.points = Points(marked.ticked, marked.right);
  marked.corrections = Corrections(question, marked);
  return marked;
}

double PointsOf(std::span<const Marked> marked) {
  double points = 0;
  for (const Marked& one : marked) points += one.points;
  return points;
}

std::string ScoreText(double points, size_t questions) {
  // Two digits behind the point, where they say something: thirds add up to a whole.
  return fmt::format("{} of {}", std::round(100 * points) / 100, questions);
}

std::string ChoiceId(size_t choice) { return std::string(1, static_cast<char>('a' + choice)); }

std::string ToJson(const Quiz& quiz, uint64_t seed) {
  Json json = {{"quiz", quiz.number}, {"title", quiz.title}, {"seed", seed}};
  json["questions"] = json["others"] = Json::array();
  for (const auto& [question, order] : Ask(quiz, seed)) {
    Json choices = Json::array();
    for (const size_t choice : order) {
      choices.push_back({{"id", ChoiceId(choice)}, {"text", question->choices[choice].text}});
    }
    json["questions"].push_back(
        {{"id", question->id}, {"text", question->text}, {"kind", Name(question->kind)}, {"choices", choices}});
  }
  for (const Quiz& other : Quizzes()) {
    if (other.number != quiz.number) json["others"].push_back({{"quiz", other.number}, {"title", other.title}});
  }
  return Document(json);
}

std::string ToJson(const Quiz& quiz, uint64_t seed, std::span<const Marked> marked) {
  const double points = PointsOf(marked);
  Json json = {{"quiz", quiz.number},       {"title", quiz.title}, {"seed", seed},
               {"points", points},          {"of", marked.size()}, {"sentence", ScoreText(points, marked.size())},
               {"questions", Json::array()}};
  for (const Marked& one : marked) {
    const Question& question = *one.question;
    json["questions"].push_back({{"id", question.id},
                                 {"text", question.text},
                                 {"points", one.points},
                                 {"of", 1},
                                 {"ticked", Ids(one.ticked)},
                                 {"right", Ids(one.right)},
                                 {"measured", one.found.empty() ? Json(nullptr) : Json(one.found)},
                                 {"corrections", one.corrections},
                                 {"why", question.why},
                                 {"link", question.link}});
  }
  return Document(json);
}

std::vector<Marked> Mark(const Quiz& quiz, const QuizAnswers& answers, uint64_t seed) {
  for (const auto& [id, ticked] : answers) {
    if (std::ranges::find(quiz.questions, id, &Question::id) == quiz.questions.end()) {
      throw UsageError(fmt::format("the quiz '{}' has no question '{}'", quiz.title, id));
    }
  }
  std::vector<Marked> marked;
  for (const AskedQuestion& asked : Ask(quiz, seed)) {
    const Question& question = *asked.question;
    std::vector<size_t> ticked;
    if (const auto answer = answers.find(std::string(question.id)); answer != answers.end()) {
      for (const std::string& id : answer->second) {
        ticked.push_back(ChoiceNamed(question, id));
      }
    }
    marked.push_back(Mark(question, ticked, seed));
  }
  return marked;
}

}  // namespace ramp
