// Asks the questions of a quiz: on a terminal by keys, else line by line.
#ifndef RAMP_CLI_QUIZ_DIALOG_H_
#define RAMP_CLI_QUIZ_DIALOG_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ramp/quiz/quiz.h"

namespace ramp {

class QuizDialog {
 public:
  virtual ~QuizDialog() = default;
  // The choices that were ticked; nothing: whoever answers has left. `head` stands above the question.
  virtual std::optional<std::vector<size_t>> Answer(const AskedQuestion& asked, const std::string& head) = 0;
  virtual void Say(const std::string& text) = 0;
  // Whether to ask again what was wrong.
  virtual bool WantsRetry() = 0;
  // 1 to 5; 0: no rating was given.
  virtual int Rating() = 0;
};

// Keys where input and output are a terminal, else lines. With `quiet_output` everything that is said goes to the
// standard error, because the standard output is for a document.
std::unique_ptr<QuizDialog> MakeQuizDialog(bool quiet_output);

}  // namespace ramp

#endif  // RAMP_CLI_QUIZ_DIALOG_H_
