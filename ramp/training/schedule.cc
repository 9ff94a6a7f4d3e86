#include "ramp/training/schedule.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "ramp/base/error.h"

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

const Schedule& FindSchedule(std::string_view name) {
  std::vector<std::string> names;
  for (const Schedule& row : kSchedules) {
    if (row.name == name) return row;
    names.emplace_back(row.name);
  }
  throw UsageError(
      fmt::format("there is no schedule '{}'{}; there are: {}", name, DidYouMean(name, names), fmt::join(names, ", ")));
}

}  // namespace ramp
