// The run history and the quizzes, as the page sees them.
#ifndef RAMP_WEB_HISTORY_VIEW_H_
#define RAMP_WEB_HISTORY_VIEW_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ramp/web/fields.h"
#include "ramp/web/jobs.h"
#include "ramp/web/json.h"

namespace ramp {
class History;
}

namespace ramp::web {

// Runs, the newest first; see Run in README.md.
Json RunsJson(size_t most);
// One with its epochs. Throws UsageError when there is none.
Json RecordedRunJson(const std::string& id);
Json DeleteRun(const std::string& id);

// Tells when the history has changed.
class HistoryWatch {
 public:
  HistoryWatch();
  ~HistoryWatch();
  // Since the last call, which may be repeated as often as one likes: it looks no more than once a second.
  bool Changed();

 private:
  std::unique_ptr<History> history_;
  int64_t changes_ = 0;
  bool exists_ = false;
  std::chrono::steady_clock::time_point looked_at_ = {};
};

// An empty seed: one is drawn.
Json QuizJson(const std::string& quiz, const std::string& seed);
// {quiz, seed, answers}
Json MarkQuiz(Fields& fields);
// {quiz, seed, id, answer}: what is asked is measured, and the answer marked.
JobWork PredictJob(Fields& fields);
// {quiz, stars}
Json RateQuiz(Fields& fields);

}  // namespace ramp::web

#endif  // RAMP_WEB_HISTORY_VIEW_H_
