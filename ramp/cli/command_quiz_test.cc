// ramp quiz, with answers from a pipe and by keys on a terminal.
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "ramp/cli/run_program.h"
#include "ramp/runs/history.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

TEST(Quiz, TakesAnswersFromAPipeAndSaysWhatWasWrongAndWhy) {
  const Ran ran = RunProgram("quiz 1 --seed 4", "printf 'a\\na\\na\\n' |");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  for (const char* words :
       {"first look, question 1 of 3 (seed 4)", "  a  ", "letter: ", " of 3\n", "see it: ramp lab "}) {
    EXPECT_NE(ran.output.find(words), std::string::npos) << words << "\n" << ran.output;
  }
  EXPECT_EQ(ran.output, RunProgram("quiz 1 --seed 4", "printf 'a\\na\\na\\n' |").output);
  EXPECT_EQ(ran.output.find('\x1b'), std::string::npos);
}

TEST(Quiz, PrintsOneJsonDocumentWithEveryRightAnswer) {
  const Ran ran = RunProgram("quiz --seed 4 --json </dev/null");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  const Json json = Json::parse(ran.output);
  EXPECT_EQ(json["sentence"], "0 of 8");
  EXPECT_EQ(json["seed"], 4);
  EXPECT_TRUE(json["rating"].is_null());
  ASSERT_EQ(json["quizzes"].size(), 2u);
  EXPECT_EQ(json["quizzes"][1]["questions"].size(), 5u);
  EXPECT_FALSE(json["quizzes"][1]["questions"][0]["right"].empty());
}

TEST(Quiz, AsksAgainForWhatIsNoAnswerAndKeepsTheRating) {
  const TestFolder home;
  const Ran ran = RunProgram("quiz 2 --seed 1 --json",
                             "export RAMP_HOME=" + (home / "h") + "; printf 'x\\na\\nb\\nc\\nd\\na\\n9\\n4\\n' |");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  EXPECT_NE(ran.errors.find("'x' is none of a to "), std::string::npos) << ran.errors;
  EXPECT_NE(ran.errors.find("'9' is no number from 1 to 5"), std::string::npos) << ran.errors;
  EXPECT_EQ(Json::parse(ran.output)["rating"], 4);
  const std::vector<QuizRating> ratings = History(home / "h/runs.db").Ratings();
  ASSERT_EQ(ratings.size(), 1u);
  EXPECT_EQ(ratings[0].quiz, "understanding");
  EXPECT_EQ(ratings[0].stars, 4);
  EXPECT_EQ(ratings[0].seed, 1u);
}

TEST(Quiz, MeasuresWhatWasPredicted) {
  const Ran ran = RunProgram("quiz 3 --seed 2 --json", "printf 'a\\na\\na\\na\\na\\na\\na\\na\\n' |");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  EXPECT_NE(ran.errors.find("measured: "), std::string::npos) << ran.errors;
  for (const Json& question : Json::parse(ran.output)["quizzes"][0]["questions"]) {
    EXPECT_TRUE(question["measured"].is_string()) << question["id"];
    EXPECT_EQ(question["right"].size(), 1u) << question["id"];
  }
}

TEST(Quiz, ExplainsAnUnknownOne) {
  const Ran ran = RunProgram("quiz 7 </dev/null");
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.errors.find("1 (first look), 2 (understanding), 3 (predict, then run it)"), std::string::npos)
      << ran.errors;
}

// The program on a terminal of its own.
class OnATerminal {
 public:
  explicit OnATerminal(const std::string& arguments) {
    winsize size{.ws_row = 40, .ws_col = 70, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::execl("/bin/sh", "sh", "-c", ("exec " RAMP_PROGRAM " " + arguments).c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~OnATerminal() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    ::close(terminal_);
  }
  OnATerminal(const OnATerminal&) = delete;
  OnATerminal& operator=(const OnATerminal&) = delete;

  void Press(const std::string& keys) {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // What it has written since the last call, up to where `words` stand in it; all there is if they never come.
  std::string ReadUntil(const std::string& words) {
    constexpr int kPatience = 20000;
    std::string text;
    while (text.find(words) == std::string::npos) {
      pollfd output{.fd = terminal_, .events = POLLIN, .revents = 0};
      char buffer[4096];
      if (::poll(&output, 1, kPatience) <= 0) break;
      const ssize_t got = ::read(terminal_, buffer, sizeof(buffer));
      if (got <= 0) break;
      text.append(buffer, static_cast<size_t>(got));
    }
    return text;
  }
  int Status() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
};

TEST(Quiz, IsAnsweredByKeysOnATerminal) {
  OnATerminal quiz("quiz 1 --seed 4");
  EXPECT_NE(quiz.ReadUntil("leave").find("> ( ) a"), std::string::npos);
  quiz.Press("b");
  EXPECT_NE(quiz.ReadUntil("leave").find("> (*) b"), std::string::npos) << "a letter chooses";
  quiz.Press("\x1b[B ");
  EXPECT_NE(quiz.ReadUntil("(*) c").find("> ("), std::string::npos) << "an arrow and Space choose";
  quiz.Press("\r");
  EXPECT_NE(quiz.ReadUntil("question 2 of 3").find("question 2 of 3"), std::string::npos);
  quiz.Press("\r\r");
  const std::string end = quiz.ReadUntil("y or n");
  EXPECT_NE(end.find("no answer was given"), std::string::npos) << end;
  EXPECT_NE(end.find(" of 3"), std::string::npos) << end;
  quiz.Press("n");
  quiz.ReadUntil("rate this quiz");
  quiz.Press("x");
  EXPECT_EQ(quiz.Status(), 0);
}

TEST(Quiz, IsLeftByKeys) {
  OnATerminal quiz("quiz 1 --seed 4");
  quiz.ReadUntil("leave");
  quiz.Press("q");
  EXPECT_NE(quiz.ReadUntil("0 of 3").find("0 of 3"), std::string::npos);
  EXPECT_EQ(quiz.Status(), 0);
  OnATerminal interrupted("quiz 1 --seed 4");
  interrupted.ReadUntil("leave");
  interrupted.Press("\x03");
  EXPECT_EQ(interrupted.Status(), 130);
}

}  // namespace
}  // namespace ramp
