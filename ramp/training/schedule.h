// Schedules: how the learning rate changes over a training.
#ifndef RAMP_TRAINING_SCHEDULE_H_
#define RAMP_TRAINING_SCHEDULE_H_

#include <span>
#include <string_view>

namespace ramp {

struct Schedule {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  // The factor on the learning rate when the share `progress`, in [0, 1], of all steps is done.
  double (*factor)(double progress) = nullptr;
};

std::span<const Schedule> Schedules();
// Throws UsageError with the nearest name.
const Schedule& FindSchedule(std::string_view name);

}  // namespace ramp

#endif  // RAMP_TRAINING_SCHEDULE_H_
