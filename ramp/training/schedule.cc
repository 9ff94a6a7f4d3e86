#include "ramp/training/schedule.h"

#include <cmath>
#include <numbers>

#include "ramp/base/find_row.h"

namespace ramp {
namespace {

double Constant(double /*progress*/) { return 1; }
double Cosine(double progress) { return 0.5 * (1 + std::cos(std::numbers::pi * progress)); }

constexpr Schedule kSchedules[] = {
    {"cosine", "falls to 0 along half a cosine", "Loshchilov and Hutter, 2017", Cosine},
    {"constant", "stays", "", Constant},
};

}  // namespace

std::span<const Schedule> Schedules() { return kSchedules; }

const Schedule& FindSchedule(std::string_view name) { return FindRow(Schedules(), "a schedule", name); }

}  // namespace ramp
