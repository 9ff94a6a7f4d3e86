// What one page plays with: one or two trainings side by side, led by an engine thread of their own that trains as fast
// as it can (or at the pace that is asked for) and waits for nobody. Others see copies of its figures.
#ifndef RAMP_WEB_PLAY_H_
#define RAMP_WEB_PLAY_H_

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/web/curve.h"
#include "ramp/web/painter.h"
#include "ramp/web/play_data.h"
#include "ramp/web/play_run.h"
#include "ramp/web/remedy_settings.h"
#include "ramp/web/state.h"

namespace ramp::web {

// What was asked for cannot be done now.
class Conflict : public Error {
 public:
  using Error::Error;
};

// One run as others see it.
struct SharedRun {
  RunFigures figures = {};
  Moment moment = {};
  Curve curve = {};
  Settings settings = {};
};

// All of it, at one moment.
struct SharedPlay {
  uint64_t version = 0;  // of the page's clock
  uint64_t start = 0;    // counts starts, resets and undos
  bool training = false;
  size_t undo = 0;
  State state = {};
  PlayDataPointer data = nullptr;  // null: nothing was started yet
  std::array<std::optional<SharedRun>, 2> runs = {};
};

class Play {
 public:
  // Gives the next moment of the page's clock.
  using Clock = std::function<uint64_t()>;
  explicit Play(Clock clock);
  ~Play();
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  // The commands of README.md. Each waits until the engine has taken it up. They throw UsageError (FieldError), and
  // Conflict before the first start.
  Json Start(const State& state, bool train);
  void Train(std::optional<double> pace);
  void Pause();
  void Step(size_t steps, size_t epochs);
  void Reset();
  Json Undo();
  Json Change(size_t run, const Json& settings);
  void SetWeight(size_t run, size_t layer, size_t unit, int input, double value);
  Json ApplyRemedy(size_t run, const std::string& remedy);
  Json SetLook(const Json& look);

  // Nobody watches: nothing is trained until Wake.
  void Rest();
  void Wake();

  // Calls look(SharedPlay) while nobody changes it; it must be quick.
  template <class LookAt>
  void Look(const LookAt& look) const {
    const std::lock_guard lock(shared_mutex_);
    look(shared_);
  }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Runs = std::array<std::unique_ptr<PlayRun>, 2>;
  // What undo goes back to.
  struct Past {
    State state;
    PlayDataPointer data;
    std::array<std::optional<SavedRun>, 2> runs;
    std::array<Curve, 2> curves;
    size_t Bytes() const;
  };

  // In the engine's thread:
  void Work(const std::stop_token& stop);
  bool MayTrain() const;
  void AdvanceOnce();
  PlayRun* RunThatIsBehind() const;
  bool ReachedGoal(size_t run) const;
  void Publish();
  void PublishRun(size_t run);
  void TakeRuns(Runs runs);
  void Remember();
  void CheckStarted() const;
  PlayRun& RunAt(size_t run) const;
  void Halt();
  Json RunJson(size_t run) const;
  // Goes on with these settings, after what the remedy asks for beside them.
  Json TakeSettings(size_t run, Settings settings, const RemedyDone& how);
  Json TakeTreatment(size_t which, std::string_view treatment, std::string_view remedy);

  // Runs the command in the engine's thread and gives its answer, or throws what it throws.
  Json Do(std::function<Json()> command);

  Clock clock_;
  // Between the threads.
  mutable std::mutex shared_mutex_;
  SharedPlay shared_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::packaged_task<Json()>> commands_;
  bool resting_ = false;

  // The engine's own.
  State state_;
  PlayDataPointer data_;
  Runs runs_;
  std::deque<Past> past_;
  bool training_ = false;
  bool changed_ = false;
  uint64_t starts_ = 0;
  std::array<std::optional<size_t>, 2> goal_steps_ = {};  // where a step of the page ends
  std::optional<size_t> goal_epoch_ = {};
  size_t slice_ = 1;  // batches at a time
  TimePoint next_epoch_ = {}, published_ = {};

  std::jthread engine_;  // last, so that everything else outlives it
};

}  // namespace ramp::web

#endif  // RAMP_WEB_PLAY_H_
