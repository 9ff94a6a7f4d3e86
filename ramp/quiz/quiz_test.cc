// The questions' table keeps its rules, answers are marked as promised, and what is measured is found again.
#include "ramp/quiz/quiz.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// What ramp lab measures.
const std::set<std::string> kLinks = {"lab:formula",      "lab:speed",      "lab:vanishing",    "lab:gate",
                                      "lab:sparsity",     "lab:robustness", "lab:dynamic-size", "lab:high-dimension",
                                      "lab:zero-centred", "lab:exploding",  "lab:dying",        "lab:overfit",
                                      "lab:batchnorm",    "lab:dropout",    "lab:tasks"};

std::vector<size_t> RightOf(const Question& question) {
  std::vector<size_t> right;
  for (size_t i = 0; i < question.choices.size(); ++i) {
    if (question.choices[i].right) right.push_back(i);
  }
  return right;
}

const Question& Severals() {
  const auto questions = FindQuiz("2").questions;
  return *std::ranges::find(questions, QuestionKind::kSeveral, &Question::kind);
}

TEST(TheQuizzes, AreAFirstLookOfThreeAndAnUnderstandingOfFiveAndPredictions) {
  ASSERT_EQ(Quizzes().size(), 3u);
  EXPECT_EQ(FindQuiz("first look").questions.size(), 3u);
  EXPECT_EQ(FindQuiz("2").questions.size(), 5u);
  EXPECT_GE(FindQuiz("3").questions.size(), 6u);
  EXPECT_THROW(FindQuiz("first lok"), UsageError);
}

TEST(EveryQuestion, HasARightAnswerAReasonForEachChoiceAndALink) {
  std::set<std::string_view> ids;
  for (const Quiz& quiz : Quizzes()) {
    for (const Question& question : quiz.questions) {
      EXPECT_TRUE(ids.insert(question.id).second) << question.id;
      EXPECT_TRUE(kLinks.contains(std::string(question.link))) << question.id << ": " << question.link;
      EXPECT_GE(question.choices.size(), 3u) << question.id;
      EXPECT_FALSE(question.why.empty()) << question.id;
      const size_t right = RightOf(question).size();
      if (question.kind == QuestionKind::kOne) {
        EXPECT_EQ(right, 1u) << question.id;
      }
      if (question.kind == QuestionKind::kSeveral) {
        EXPECT_GE(right, 2u) << question.id;
        EXPECT_LT(right, question.choices.size()) << question.id;
      }
      EXPECT_EQ(question.measure != nullptr, question.kind == QuestionKind::kPredict) << question.id;
      std::set<std::string_view> texts;
      for (const Choice& choice : question.choices) {
        EXPECT_TRUE(texts.insert(choice.text).second) << question.id << ": " << choice.text;
        EXPECT_EQ(choice.why.empty(), question.kind == QuestionKind::kPredict) << question.id << ": " << choice.text;
      }
    }
  }
}

TEST(EveryQuestion, IsWorthOneWhenAllOfItIsRightAndNothingWithoutAnAnswer) {
  for (const Quiz& quiz : Quizzes().first(2)) {
    for (const Question& question : quiz.questions) {
      const Marked right = Mark(question, RightOf(question), 1), empty = Mark(question, {}, 1);
      EXPECT_EQ(right.points, 1) << question.id;
      EXPECT_TRUE(right.perfect()) << question.id;
      EXPECT_TRUE(right.corrections.empty()) << question.id;
      EXPECT_EQ(empty.points, 0) << question.id;
      EXPECT_FALSE(empty.perfect()) << question.id;
      EXPECT_EQ(empty.corrections.size(), RightOf(question).size()) << question.id;
    }
  }
}

TEST(AQuestionWithSeveralAnswers, TakesAShareAwayForEachWrongTickButNotBelowZero) {
  const Question& question = Severals();
  const std::vector<size_t> right = RightOf(question);
  const double share = 1 / static_cast<double>(right.size());
  std::vector<size_t> wrong;
  for (size_t i = 0; i < question.choices.size(); ++i) {
    if (!question.choices[i].right) wrong.push_back(i);
  }
  ASSERT_GE(wrong.size(), 2u);
  EXPECT_DOUBLE_EQ(Mark(question, std::vector<size_t>{right[0]}, 1).points, share);
  EXPECT_DOUBLE_EQ(Mark(question, std::vector<size_t>{wrong[0], right[0], right[1]}, 1).points, share);
  EXPECT_EQ(Mark(question, std::vector<size_t>{right[0], wrong[0], wrong[1]}, 1).points, 0);
  const Marked marked = Mark(question, wrong, 1);
  EXPECT_EQ(marked.points, 0);
  EXPECT_EQ(marked.corrections.size(), wrong.size() + right.size());
  EXPECT_NE(marked.corrections[0].find("\" is "), std::string::npos) << marked.corrections[0];
}

TEST(AWrongAnswer, IsRefusedWhereItIsNone) {
  const Question& question = FindQuiz("1").questions[0];
  EXPECT_THROW(Mark(question, std::vector<size_t>{9}, 1), UsageError);
  EXPECT_THROW(Mark(question, std::vector<size_t>{0, 1}, 1), UsageError);
  EXPECT_THROW(Mark(Severals(), std::vector<size_t>{1, 1}, 1), UsageError);
  EXPECT_THROW(Mark(FindQuiz("1"), {{"no-such-question", {"a"}}}, 1), UsageError);
  EXPECT_THROW(Mark(FindQuiz("1"), {{std::string(question.id), {"z"}}}, 1), UsageError);
  EXPECT_THROW(Mark(FindQuiz("1"), {{std::string(question.id), {"aa"}}}, 1), UsageError);
}

TEST(TheOrder, IsThatOfTheSeedAndHasEverything) {
  for (const Quiz& quiz : Quizzes()) {
    std::set<std::string> orders;
    for (uint64_t seed = 0; seed < 20; ++seed) {
      std::string order;
      for (const auto& [question, choices] : Ask(quiz, seed)) {
        order += std::string(question->id) + ":";
        std::vector<size_t> sorted = choices;
        std::ranges::sort(sorted);
        ASSERT_EQ(sorted.size(), question->choices.size());
        for (size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(sorted[i], i) << question->id;
        if (question->kind == QuestionKind::kPredict) {
          EXPECT_EQ(choices, sorted) << question->id << ": a scale keeps its order";
        }
        for (const size_t choice : choices) order += ChoiceId(choice);
      }
      EXPECT_EQ(Ask(quiz, seed).size(), quiz.questions.size());
      EXPECT_EQ(ToJson(quiz, seed), ToJson(quiz, seed));
      orders.insert(order);
    }
    EXPECT_GT(orders.size(), 4u) << quiz.title;
  }
}

TEST(EveryMeasurement, FindsTheSameForTheSameSeedOnAnyNumberOfThreads) {
  for (const Question& question : FindQuiz("3").questions) {
    for (const uint64_t seed : {1u, 77u}) {
      SetThreads(1);
      const Measurement one = question.measure(seed);
      SetThreads(2);
      const Measurement two = question.measure(seed);
      EXPECT_EQ(Threads(), 2) << question.id << " leaves the threads as they were";
      EXPECT_EQ(one.right, two.right) << question.id;
      EXPECT_EQ(one.found, two.found) << question.id;
      EXPECT_LT(one.right, question.choices.size()) << question.id;
      EXPECT_FALSE(one.found.empty()) << question.id;
    }
  }
}

// What theory says of those that it says something of.
TEST(TheMeasurements, AgreeWithWhatIsKnown) {
  const auto measured = [](std::string_view id, uint64_t seed) {
    const auto questions = FindQuiz("3").questions;
    return std::ranges::find(questions, id, &Question::id)->measure(seed).right;
  };
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(measured("open-at-start", seed), 2u) << "half of the gates, seed " << seed;
    EXPECT_EQ(measured("sigmoid-depth", seed), 0u) << "seed " << seed;
    EXPECT_EQ(measured("rectifier-depth", seed), 3u) << "seed " << seed;
    EXPECT_EQ(measured("twice-the-start", seed), 3u) << "2^20, seed " << seed;
    EXPECT_EQ(measured("born-dead", seed), 3u) << "1 - (1 - 2^-3)^20 is 93 %, seed " << seed;
    EXPECT_EQ(measured("scaling", seed), 1u) << "seed " << seed;
  }
}

TEST(TheJson, AsksWithoutTellingAndMarksByIds) {
  const Quiz& quiz = FindQuiz("2");
  const Json asked = Json::parse(ToJson(quiz, 3));
  EXPECT_EQ(asked["quiz"], 2);
  EXPECT_EQ(asked["seed"], 3);
  ASSERT_EQ(asked["questions"].size(), 5u);
  EXPECT_EQ(asked["others"].size(), 2u);
  EXPECT_EQ(ToJson(quiz, 3).find("right"), std::string::npos) << "the answers are not in it";
  QuizAnswers answers;
  for (const Question& question : quiz.questions) {
    for (const size_t choice : RightOf(question)) answers[std::string(question.id)].push_back(ChoiceId(choice));
  }
  EXPECT_EQ(PointsOf(Mark(quiz, answers, 3)), 5);
  answers.erase("what-is-dying");
  const Json marked = Json::parse(ToJson(quiz, 3, Mark(quiz, answers, 3)));
  EXPECT_EQ(marked["points"], 4);
  EXPECT_EQ(marked["of"], 5);
  EXPECT_EQ(marked["sentence"], "4 of 5");
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(marked["questions"][i]["id"], asked["questions"][i]["id"]) << "in the order asked";
    if (marked["questions"][i]["id"] != "what-is-dying") continue;
    EXPECT_EQ(marked["questions"][i]["link"], "lab:dying");
    EXPECT_EQ(marked["questions"][i]["right"], Json::array({"a"}));
    EXPECT_EQ(marked["questions"][i]["corrections"].size(), 1u);
  }
}

TEST(TheScore, IsSaidInAShortSentence) {
  EXPECT_EQ(ScoreText(5, 8), "5 of 8");
  EXPECT_EQ(ScoreText(4.5, 8), "4.5 of 8");
  EXPECT_EQ(ScoreText(14.0 / 3, 8), "4.67 of 8");
  EXPECT_EQ(ScoreText(1.0 / 3 + 2.0 / 3, 3), "1 of 3");
}

}  // namespace
}  // namespace ramp
