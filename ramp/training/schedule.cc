#include "ramp/training/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/words.h"

namespace ramp {
namespace {

constexpr double kMostEpochs = 1e6;
constexpr std::string_view kWarmUp = "warm-up";
constexpr ScheduleParameter kFactor = {"FACTOR", 0.5, 0, 1};

// From 1 at 0 to 0 at 1.
double HalfCosine(double share) { return 0.5 * (1 + std::cos(std::numbers::pi * share)); }

double Share(const ScheduleTime& time) { return time.all > 0 ? std::clamp(time.done / time.all, 0.0, 1.0) : 1; }

double Constant(const ScheduleValues& /*values*/, const ScheduleTime& /*time*/, const ScheduleMemory& /*memory*/) {
  return 1;
}

double Step(const ScheduleValues& values, const ScheduleTime& time, const ScheduleMemory& /*memory*/) {
  return std::pow(values[1], std::floor(time.done / values[0]));
}

double Cosine(const ScheduleValues& values, const ScheduleTime& time, const ScheduleMemory& /*memory*/) {
  return values[0] + (1 - values[0]) * HalfCosine(Share(time));
}

double OneCycle(const ScheduleValues& values, const ScheduleTime& time, const ScheduleMemory& /*memory*/) {
  // The start is low enough for almost any peak, and at the end the weights hardly move.
  constexpr double kStart = 1.0 / 25, kEnd = kStart * 1e-4;
  const double share = Share(time), peak = values[0];
  if (share < peak) return 1 + (kStart - 1) * HalfCosine(share / peak);
  return kEnd + (1 - kEnd) * HalfCosine((share - peak) / (1 - peak));
}

double Reduced(const ScheduleValues& values, const ScheduleTime& /*time*/, const ScheduleMemory& memory) {
  return std::pow(values[1], static_cast<double>(memory.reductions));
}

void ReduceOnPlateau(const ScheduleValues& values, double loss, ScheduleMemory& memory) {
  // A gain below one in ten thousand is none.
  constexpr double kGain = 1e-4;
  if (loss < memory.best_loss - kGain * std::abs(memory.best_loss) || std::isinf(memory.best_loss)) {
    memory.best_loss = loss;
    memory.waited = 0;
  } else if (static_cast<double>(++memory.waited) >= values[0]) {
    ++memory.reductions;
    memory.waited = 0;
  }
}

constexpr ScheduleDefinition kSchedules[] = {
    {"cosine",
     "falls along half a cosine to the share LAST of the rate",
     "Loshchilov and Hutter, 2017",
     {{{"LAST", 0, 0, 1}}},
     true,
     Cosine},
    {"constant", "stays", "", {}, false, Constant},
    {"step",
     "is multiplied by FACTOR every EPOCHS epochs",
     "",
     {{{"EPOCHS", 10, 1, kMostEpochs, true}, kFactor}},
     false,
     Step},
    {"one-cycle",
     "rises from a 25th for the share PEAK of the time, then falls to almost 0, both along cosines",
     "Smith and Topin, 2018",
     {{{"PEAK", 0.3, 0.01, 0.99}}},
     true,
     OneCycle},
    {"reduce-on-plateau",
     "is multiplied by FACTOR after EPOCHS epochs without a smaller validation loss",
     "",
     {{{"EPOCHS", 3, 1, kMostEpochs, true}, kFactor}},
     false,
     Reduced,
     ReduceOnPlateau},
};

const ScheduleDefinition& Find(const Words& words) {
  std::vector<std::string> names = {std::string(kWarmUp)};
  for (const ScheduleDefinition& row : kSchedules) {
    if (row.name == words.name()) return row;
    names.emplace_back(row.name);
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  words.FailAtName(
      fmt::format("'{}' is not a schedule{}; there are: {}", words.name(), DidYouMean(words.name(), names), all));
}

}  // namespace

std::span<const ScheduleDefinition> Schedules() { return kSchedules; }

std::string ScheduleDefinition::notation() const {
  std::string text(name);
  for (const ScheduleParameter& parameter : parameters) {
    if (!parameter.name.empty()) text += fmt::format(" [{}]", parameter.name);
  }
  return text;
}

Schedule Schedule::Parse(std::string_view text) {
  Schedule schedule;
  size_t begin = 0;
  const size_t comma = text.find(',');
  if (comma != std::string_view::npos) {
    Words words("schedule", text, 0, comma);
    if (words.name() != kWarmUp) {
      words.FailAtName(fmt::format("only '{} EPOCHS' may stand before a comma", kWarmUp));
    }
    schedule.warm_up_ = words.Number("a number of epochs", 0, kMostEpochs);
    words.End();
    begin = comma + 1;
  }
  const size_t end = std::min(text.find(',', begin), text.size());
  Words words("schedule", text, begin, end);
  if (words.name() == kWarmUp) {
    words.FailAtName(fmt::format("a schedule is missing behind the {0}: '{0} 2, {1}'", kWarmUp, kSchedules[0].name));
  }
  schedule.definition_ = &Find(words);
  for (size_t i = 0; i < schedule.values_.size(); ++i) {
    const ScheduleParameter& parameter = schedule.definition_->parameters[i];
    schedule.values_[i] = parameter.usual;
    if (parameter.name.empty() || words.empty()) continue;
    schedule.values_[i] = parameter.whole
                              ? static_cast<double>(words.Count(parameter.name, static_cast<size_t>(parameter.low),
                                                                static_cast<size_t>(parameter.high)))
                              : words.Number(parameter.name, parameter.low, parameter.high);
  }
  words.End();
  if (end < text.size()) Words("schedule", text, end + 1, text.size()).FailAtName("one schedule is enough");
  return schedule;
}

double Schedule::Factor(ScheduleTime time, const ScheduleMemory& memory) const {
  // The first step moves a little, too, and the last one of the warm-up as much as those behind it.
  const double rise = warm_up_ > 0 ? std::min(1.0, (time.done + time.step) / warm_up_) : 1;
  time.done = std::max(0.0, time.done - warm_up_);
  time.all = std::max(0.0, time.all - warm_up_);
  return rise * definition_->factor(values_, time, memory);
}

void Schedule::Watch(size_t epoch, double loss, ScheduleMemory& memory) const {
  if (definition_->watch != nullptr && static_cast<double>(epoch) > warm_up_) definition_->watch(values_, loss, memory);
}

std::string Schedule::Text() const {
  std::string text = warm_up_ > 0 ? fmt::format("{} {}, ", kWarmUp, warm_up_) : "";
  text += definition_->name;
  for (size_t i = 0; i < values_.size(); ++i) {
    if (!definition_->parameters[i].name.empty()) text += fmt::format(" {}", values_[i]);
  }
  return text;
}

}  // namespace ramp
