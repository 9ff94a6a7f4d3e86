#include "ramp/health/monitors.h"

#include <array>

#include "ramp/base/find_row.h"
#include "ramp/health/monitors/list.h"

namespace ramp {

std::span<const Monitor> Monitors() {
  static const Monitor monitors[] = {
      OutputFitMonitor(),         InputScaleMonitor(),      LeakingColumnsMonitor(),      UselessColumnsMonitor(),
      ClassImbalanceMonitor(),    BadStartMonitor(),        LargeUpdatesMonitor(),        SmallUpdatesMonitor(),
      VanishingGradientMonitor(), OscillatingLossMonitor(), CorrelationCollapseMonitor(), ExplodingGradientMonitor(),
      NonFiniteMonitor(),         DeadUnitsMonitor(),       AlwaysOpenMonitor(),          TooSparseMonitor(),
      SaturationMonitor(),        NotCentredMonitor(),      ShuffledLabelsMonitor(),      TrivialPredictorMonitor(),
      OverfittingMonitor(),       PlateauMonitor()};
  return monitors;
}

const Monitor& FindMonitor(std::string_view name) { return FindRow(Monitors(), "a monitor", name); }

std::string MomentsText(const Monitor& monitor) {
  struct Word {
    Moment moment;
    std::string_view text;
  };
  constexpr std::array<Word, 4> kWords = {{{Moment::kStart, "before the first update"},
                                           {Moment::kStep, "while it runs"},
                                           {Moment::kEpoch, "after each epoch"},
                                           {Moment::kEnd, "at the end"}}};
  std::string text;
  for (const Word& word : kWords) {
    if ((monitor.moments & static_cast<unsigned>(word.moment)) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(word.text);
  }
  return text;
}

}  // namespace ramp
