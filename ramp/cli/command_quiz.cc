// ramp quiz: the questions about ReLU, in the terminal.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/data_options.h"
#include "ramp/cli/output.h"
#include "ramp/cli/quiz_dialog.h"
#include "ramp/cli/wrapped.h"
#include "ramp/quiz/quiz.h"
#include "ramp/runs/history.h"
#include "ramp/runs/home.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

struct QuizCommand {
  std::string quiz;  // empty: the first two, one after the other
  std::optional<uint64_t> seed;
  bool json = false;
};

constexpr size_t kAskedWithoutChoice = 2;

std::vector<const Quiz*> QuizzesFor(const QuizCommand& command) {
  if (!command.quiz.empty()) return {&FindQuiz(command.quiz)};
  std::vector<const Quiz*> quizzes;
  for (const Quiz& quiz : Quizzes().first(kAskedWithoutChoice)) quizzes.push_back(&quiz);
  return quizzes;
}

std::string TitleOf(const std::vector<const Quiz*>& quizzes) {
  std::string title;
  for (const Quiz* quiz : quizzes) title += (title.empty() ? "" : ", ") + std::string(quiz->title);
  return title;
}

// "ramp lab dying", from "lab:dying".
std::string CommandFor(std::string_view link) {
  const size_t colon = link.find(':');
  return fmt::format("ramp {} {}", link.substr(0, colon), link.substr(colon + 1));
}

// Of one round through the questions of one quiz.
struct Round {
  const Quiz* quiz = nullptr;
  std::vector<Marked> marked = {};
};

std::string Corrected(const Marked& marked) {
  constexpr size_t kWidth = 80;
  const std::string_view verdict = marked.points == 0 ? "wrong" : "not quite";
  std::string text = "\n" + Wrapped(fmt::format("{}: {}", verdict, marked.question->text), kWidth, "  ") + "\n";
  if (marked.ticked.empty()) text += "  no answer was given\n";
  for (const std::string& line : marked.corrections) text += Wrapped("  - " + line, kWidth, "    ") + "\n";
  if (!marked.found.empty()) text += Wrapped("  measured: " + marked.found, kWidth, "    ") + "\n";
  text += Wrapped(fmt::format("  {}", marked.question->why), kWidth, "  ") + "\n";
  return text + fmt::format("  see it: {}\n", CommandFor(marked.question->link));
}

// Asks what is not yet right, and marks it. False: whoever answers has left.
bool AskRound(Round& round, uint64_t seed, QuizDialog& dialog) {
  const std::vector<AskedQuestion> asked = Ask(*round.quiz, seed);
  for (size_t i = 0; i < asked.size(); ++i) {
    const Question& question = *asked[i].question;
    const auto before = std::ranges::find(round.marked, &question, &Marked::question);
    if (before != round.marked.end() && before->perfect()) continue;
    const std::string head =
        fmt::format("{}, question {} of {} (seed {})", round.quiz->title, i + 1, asked.size(), seed);
    const auto ticked = dialog.Answer(asked[i], head);
    if (!ticked) return false;
    Marked marked = Mark(question, *ticked, seed);
    if (!marked.found.empty()) {
      dialog.Say(fmt::format("\n  measured: {} ({})\n", marked.found, marked.perfect() ? "right" : "wrong"));
    }
    if (before == round.marked.end()) {
      round.marked.push_back(std::move(marked));
    } else {
      *before = std::move(marked);
    }
  }
  return true;
}

// Who leaves has given no answer to the rest.
void MarkTheRest(Round& round, uint64_t seed) {
  for (const Question& question : round.quiz->questions) {
    if (std::ranges::count(round.marked, &question, &Marked::question) > 0) continue;
    round.marked.push_back(Mark(question, {}, seed));
  }
}

struct Total {
  double points = 0;
  size_t questions = 0;
  bool perfect = true;
};
Total TotalOf(const std::vector<Round>& rounds) {
  Total total;
  for (const Round& round : rounds) {
    total.points += PointsOf(round.marked);
    total.questions += round.marked.size();
    for (const Marked& marked : round.marked) total.perfect = total.perfect && marked.perfect();
  }
  return total;
}

std::string ResultText(const std::vector<Round>& rounds) {
  const Total total = TotalOf(rounds);
  std::string text;
  for (const Round& round : rounds) {
    for (const Marked& marked : round.marked) text += marked.perfect() ? "" : Corrected(marked);
  }
  return text + fmt::format("\n{}\n", ScoreText(total.points, total.questions));
}

std::string ResultJson(const std::vector<Round>& rounds, uint64_t seed, int rating) {
  const Total total = TotalOf(rounds);
  Json json = {{"seed", seed},
               {"points", total.points},
               {"of", total.questions},
               {"sentence", ScoreText(total.points, total.questions)},
               {"rating", rating > 0 ? Json(rating) : Json(nullptr)},
               {"quizzes", Json::array()}};
  for (const Round& round : rounds) json["quizzes"].push_back(Json::parse(ToJson(*round.quiz, seed, round.marked)));
  return json.dump(2) + "\n";
}

void KeepRating(const std::string& title, const Total& total, uint64_t seed, int stars, QuizDialog& dialog) {
  try {
    History(HistoryPath())
        .Rate({.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
               .quiz = title,
               .stars = stars,
               .points = total.points,
               .questions = total.questions,
               .seed = seed});
    dialog.Say("thank you, the rating is kept in the run history\n");
  } catch (const Error& error) {
    PrintNote(fmt::format("warning: the rating is not kept: {}", error.what()));
  }
}

void RunQuiz(const QuizCommand& command) {
  const std::vector<const Quiz*> quizzes = QuizzesFor(command);
  // Short enough to be typed again.
  constexpr uint32_t kMostDrawn = 10000;
  const uint64_t seed = command.seed ? *command.seed : std::random_device()() % kMostDrawn;
  const std::unique_ptr<QuizDialog> dialog = MakeQuizDialog(command.json);
  std::vector<Round> rounds;
  for (const Quiz* quiz : quizzes) rounds.push_back({.quiz = quiz});
  bool here = true;
  do {
    here = std::ranges::all_of(rounds, [&](Round& round) { return AskRound(round, seed, *dialog); });
    for (Round& round : rounds) MarkTheRest(round, seed);
    dialog->Say(ResultText(rounds));
  } while (here && !TotalOf(rounds).perfect && dialog->WantsRetry());
  const int rating = here ? dialog->Rating() : 0;
  if (rating > 0) KeepRating(TitleOf(quizzes), TotalOf(rounds), seed, rating, *dialog);
  if (command.json) PrintResult(ResultJson(rounds, seed, rating));
}

std::string QuizHelp() {
  std::string text = "The quizzes:\n";
  for (const Quiz& quiz : Quizzes()) {
    text += fmt::format("  {}  {} ({} questions): {}\n", quiz.number, quiz.title, quiz.questions.size(), quiz.summary);
  }
  return text +
         "\nOn a terminal answer by keys. Piped, each line answers a question by letters (\"b\", \"a c\"), and one "
         "more\n"
         "line may rate the quiz. The seed, which is shown, gives the same order again.";
}

}  // namespace

void AddQuizCommand(CLI::App& app) {
  auto command = std::make_shared<QuizCommand>();
  CLI::App* quiz = app.add_subcommand("quiz", "Ask what you know about ReLU, and have the engine answer");
  quiz->add_option("QUIZ", command->quiz, "Its number or title (default: the first two)");
  quiz->add_option("--seed", command->seed, "Order of questions and choices (default: drawn)")
      ->check(NumberFrom(0, true));
  quiz->add_flag("--json", command->json, "Print the result as one JSON document, questions on the standard error");
  quiz->footer(QuizHelp());
  quiz->callback([command] { RunQuiz(*command); });
}

}  // namespace ramp
