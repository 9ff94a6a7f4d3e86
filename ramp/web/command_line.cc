#include "ramp/web/command_line.h"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

#include "ramp/web/play_data.h"

namespace ramp::web {
namespace {

// What `ramp train` does when nothing is said.
Settings UsualSettings() { return {.network = "", .training = {.patience = 5}}; }

using Knob = std::variant<bool, size_t, double, std::string>;

std::vector<Knob> KnobsOf(const Settings& settings) {
  std::vector<Knob> knobs;
  ForEachKnob(settings,
              [&](std::string_view, std::string_view, const auto& value, const Bounds&) { knobs.emplace_back(value); });
  return knobs;
}

}  // namespace

std::string TrainCommand(const DataChoice& data, const std::string& seed, const Settings& settings) {
  std::string text = "ramp train " + DataArguments(data);
  const std::vector<Knob> usual = KnobsOf(UsualSettings());
  size_t place = 0;
  ForEachKnob(settings, [&](std::string_view, std::string_view option, const auto& value, const Bounds&) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if (usual[place++] == Knob(value)) return;
    if constexpr (std::is_same_v<Value, bool>) {
      text += fmt::format(" {}", option);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      text += fmt::format(" {} {}", option, ShellWord(value));
    } else {
      text += fmt::format(" {} {}", option, value);
    }
  });
  return text + fmt::format(" --seed {} --threads 1", seed);
}

Json CommandJson(const State& state, const Settings& settings, const std::string& by_hand) {
  return {{"text", TrainCommand(state.data, std::to_string(state.seed), settings)},
          {"exact", by_hand.empty()},
          {"why", by_hand.empty() ? DataAdvice(state.data) : by_hand}};
}

}  // namespace ramp::web
