// Plots that every renderer must survive.
#ifndef RAMP_PLOT_TEST_PLOTS_H_
#define RAMP_PLOT_TEST_PLOTS_H_

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "ramp/plot/plot.h"

namespace ramp::plot {

inline Plot PlotOf(std::vector<Curve> curves) { return {"title <&> \"'", "x", "y", std::move(curves)}; }

inline Plot OnLogarithmicAxes(std::vector<Curve> curves) {
  Plot plot = PlotOf(std::move(curves));
  plot.x_logarithmic = plot.y_logarithmic = true;
  return plot;
}

inline std::vector<std::pair<std::string, Plot>> HardPlots() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kMost = std::numeric_limits<double>::max();
  Plot many = PlotOf({});
  for (int i = 0; i < 60; ++i)
    many.curves.push_back({"curve number " + std::to_string(i), {0, 1}, {0, i + 1.}, i % 2 == 1});
  return {
      {"nothing at all", {}},
      {"no curves", PlotOf({})},
      {"an empty curve", PlotOf({{"empty", {}, {}}})},
      {"one point", PlotOf({{"point", {3}, {4}}})},
      {"the origin", PlotOf({{"point", {0}, {0}, true}})},
      {"a constant", PlotOf({{"constant", {0, 1, 2}, {7, 7, 7}}})},
      {"a vertical line", PlotOf({{"vertical", {1, 1}, {0, 5}}})},
      {"only NaN", PlotOf({{"nan", {kNaN, 1}, {1, kNaN}}})},
      {"infinities", PlotOf({{"infinite", {0, 1, 2, 3}, {-kInfinity, 1, kInfinity, 2}}})},
      {"the largest numbers", PlotOf({{"largest", {-kMost, 0, kMost}, {kMost, -kMost, 0}}})},
      {"huge numbers", PlotOf({{"huge", {-1e300, 0, 1e300}, {1e299, -1e300, 0}}})},
      {"tiny numbers", PlotOf({{"tiny", {0, 5e-324, 1e-300}, {1e-310, 0, -5e-324}}})},
      {"negative numbers", PlotOf({{"negative", {-9, -8, -7}, {-3, -2.5, -3.5}, true}})},
      {"far from zero", PlotOf({{"far", {1e9, 1e9 + 1}, {1e12, 1e12 + 1}}})},
      {"labels from anywhere", PlotOf({{"\x1b[31m<b>&\xff]]>", {0, 1}, {0, 1}}})},
      {"error bars", PlotOf({{"bars", {0, 1, 2}, {1, 2, 3}, false, {0, kNaN, -kInfinity}, {2, kMost, 3}}})},
      {"logarithmic axes",
       OnLogarithmicAxes({{"falling", {1, 10, 100}, {1e-30, 1e-12, 1}, false, {0, 1e-13, 1}, {1e-29, 1e-11, 2}}})},
      {"logarithmic axes without a place for anything", OnLogarithmicAxes({{"negative", {-1, 0}, {0, -5}}})},
      {"logarithmic axes over one point", OnLogarithmicAxes({{"point", {3}, {1e300}}})},
      {"logarithmic axes over all numbers", OnLogarithmicAxes({{"all", {1e-300, 5e-324, 1e300}, {1e300, 1, 1e-300}}})},
      {"many curves", many}};
}

}  // namespace ramp::plot

#endif  // RAMP_PLOT_TEST_PLOTS_H_
