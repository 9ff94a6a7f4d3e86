// Schedules: how the learning rate changes over a training.
//
// The notation, where brackets stand for what may be left out, is
//   [warm-up EPOCHS,] NAME [NUMBER ...]
// such as "cosine", "step 10 0.5", "warm-up 2, one-cycle 0.3". Time is counted in epochs and fractions of them.
#ifndef RAMP_TRAINING_SCHEDULE_H_
#define RAMP_TRAINING_SCHEDULE_H_

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace ramp {

// A moment of a training, in epochs.
struct ScheduleTime {
  double done = 0;  // epochs, and the fraction of the one in hand
  double step = 0;  // the share of an epoch that a step is
  double all = 0;   // epochs of the whole training
};

// What a schedule that watches the training remembers; it belongs to the state of a training.
struct ScheduleMemory {
  double best_loss = std::numeric_limits<double>::infinity();
  size_t waited = 0;      // epochs since then
  size_t reductions = 0;  // how often the rate was reduced
};

// A number that may stand behind a schedule's name.
struct ScheduleParameter {
  std::string_view name;  // "FACTOR"
  double usual = 0, low = 0, high = 0;
  bool whole = false;
};

// The values of the parameters, in their order.
using ScheduleValues = std::array<double, 2>;

// One row of the table of schedules.
struct ScheduleDefinition {
  std::string_view name;
  std::string_view summary;
  std::string_view source;  // paper, year
  std::array<ScheduleParameter, 2> parameters = {};
  bool depends_on_end = false;  // a training with more epochs has other rates from its first step on
  // The factor on the learning rate of the step that begins at `time`.
  double (*factor)(const ScheduleValues& values, const ScheduleTime& time, const ScheduleMemory& memory) = nullptr;
  // Looks at the loss behind an epoch; null: the schedule does not care.
  void (*watch)(const ScheduleValues& values, double loss, ScheduleMemory& memory) = nullptr;

  // "step [EPOCHS] [FACTOR]"
  std::string notation() const;
};

std::span<const ScheduleDefinition> Schedules();

// A schedule with its numbers.
class Schedule {
 public:
  // Throws UsageError with the place in the text, or the nearest name.
  static Schedule Parse(std::string_view text);

  // The factor on the learning rate of the step that begins at `time`. During the warm-up the rate rises with every
  // step; what comes behind it runs over the epochs that are left.
  double Factor(ScheduleTime time, const ScheduleMemory& memory) const;
  // To be called behind each epoch with the validation's loss (the training's where nothing is validated). The warm-up
  // does not count.
  void Watch(size_t epoch, double loss, ScheduleMemory& memory) const;
  bool depends_on_end() const { return definition_->depends_on_end; }
  double warm_up() const { return warm_up_; }
  // The text that makes this schedule again.
  std::string Text() const;

 private:
  const ScheduleDefinition* definition_ = nullptr;
  ScheduleValues values_ = {};
  double warm_up_ = 0;  // epochs
};

}  // namespace ramp

#endif  // RAMP_TRAINING_SCHEDULE_H_
