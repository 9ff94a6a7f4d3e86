// The run history: what was trained, and how it went.
//   const History history(HistoryPath());
//   for (const RunSummary& run : history.Runs()) ...
// It may be read and written by many processes at once. All functions throw Error when the file cannot be read; several
// threads need a History each.
#ifndef RAMP_RUNS_HISTORY_H_
#define RAMP_RUNS_HISTORY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/runs/database.h"
#include "ramp/runs/run.h"

namespace ramp {

// What somebody thought of a quiz.
struct QuizRating {
  RunTime at = {};
  std::string quiz = {};  // its name
  int stars = 0;          // 1 to 5
  double points = 0;      // what was reached in it
  size_t questions = 0;
  uint64_t seed = 0;  // of its order
};

class History {
 public:
  // Where there is no such file, the history is empty until there is one, and none is made until something is written.
  // Throws Error when it is newer than this program, another program's, or damaged.
  explicit History(std::string path);

  // The newest first, at most so many; 0: all.
  std::vector<RunSummary> Runs(size_t most = 0);
  // By the whole id, its beginning, or "last" for the newest. Throws UsageError when there is none, or several.
  RecordedRun Read(std::string_view id);
  // Returns the whole id. A run that is still running is not deleted: throws UsageError.
  std::string Delete(std::string_view id);

  // Throws UsageError when the stars are not 1 to 5.
  void Rate(const QuizRating& rating);
  // The oldest first.
  std::vector<QuizRating> Ratings();

  // Another number than before when somebody else has written: cheap enough to be asked many times a second.
  int64_t Changes();

 private:
  // The file, as soon as there is one.
  Database& Open();
  // The number of the run.
  int64_t Find(std::string_view id);

  std::string path_;
  Database database_;
  int64_t openings_ = 0;
};

}  // namespace ramp

#endif  // RAMP_RUNS_HISTORY_H_
