// The quizzes about ReLU: their questions, asked in an order that a seed gives, and how answers are marked.
//   for (const AskedQuestion& asked : Ask(FindQuiz("2"), seed)) ... Mark(*asked.question, ticked, seed) ...
// Terminal and page read the same table.
#ifndef RAMP_QUIZ_QUIZ_H_
#define RAMP_QUIZ_QUIZ_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct Choice {
  std::string_view text = {};
  bool right = false;         // of a question that is measured, the measurement decides
  std::string_view why = {};  // it is right, or wrong
};

// What the engine has found out about a question.
struct Measurement {
  size_t right = 0;        // the choice that it makes right
  std::string found = {};  // a sentence with the figures
};

enum class QuestionKind {
  kOne,      // one choice is right
  kSeveral,  // one or more are
  kPredict,  // one is, and which is measured when the question is marked
};
std::string_view Name(QuestionKind kind);  // "several"

struct Question {
  std::string_view id = {};
  std::string_view text = {};
  QuestionKind kind = QuestionKind::kOne;
  std::vector<Choice> choices = {};  // in the order of the table; those of kPredict are a scale, which is not shuffled
  std::string_view why = {};         // what all should know in the end
  std::string_view link = {};        // to what shows it: "lab:NAME" is what `ramp lab NAME` measures
  // kPredict: some tens of milliseconds of work on the calling thread. The same seed finds the same.
  Measurement (*measure)(uint64_t seed) = nullptr;
};

struct Quiz {
  size_t number = 0;
  std::string_view title;
  std::string_view summary;
  std::span<const Question> questions;
};

std::span<const Quiz> Quizzes();
// By its number or title. Throws UsageError.
const Quiz& FindQuiz(std::string_view name);

// A question, and the order in which its choices are shown.
struct AskedQuestion {
  const Question* question = nullptr;
  std::vector<size_t> order = {};
};
// All questions of the quiz. The same seed gives the same order.
std::vector<AskedQuestion> Ask(const Quiz& quiz, uint64_t seed);

// What an answer is worth. A question counts 1; of one with several right choices each right tick counts its share,
// each wrong one takes a share away, and it is never below 0.
struct Marked {
  const Question* question = nullptr;
  std::vector<size_t> ticked = {}, right = {};  // choices, in the order of the table
  double points = 0;
  std::string found = {};                     // what was measured; empty: nothing was
  std::vector<std::string> corrections = {};  // a sentence for each choice that was wrongly ticked or left out
  bool perfect() const { return ticked == right; }
};
// `ticked` are choices in any order; none is an answer, too. Throws UsageError when there is no such choice, or when
// there are several but one is asked for.
Marked Mark(const Question& question, std::span<const size_t> ticked, uint64_t seed);

double PointsOf(std::span<const Marked> marked);
// "5 of 8", "4.5 of 8"
std::string ScoreText(double points, size_t questions);

// For programs. Choices are called "a", "b" ... in the order of the table.
//
// {"quiz", "title", "seed", "questions": [{"id", "text", "kind": "one" | "several" | "predict", "choices": [{"id",
// "text"}]}], "others": [{"quiz", "title"}]}, without a word about what is right.
std::string ToJson(const Quiz& quiz, uint64_t seed);
// {"quiz", "title", "seed", "points", "of", "sentence", "questions": [{"id", "text", "points", "of", "ticked", "right",
// "measured" (or null), "corrections", "why", "link"}]}
std::string ToJson(const Quiz& quiz, uint64_t seed, std::span<const Marked> marked);
// Answers by the ids of questions and choices; a question that is left out has no choice ticked. Throws UsageError.
using QuizAnswers = std::map<std::string, std::vector<std::string>>;
std::vector<Marked> Mark(const Quiz& quiz, const QuizAnswers& answers, uint64_t seed);
std::string ChoiceId(size_t choice);

}  // namespace ramp

#endif  // RAMP_QUIZ_QUIZ_H_
