#include "ramp/plot/layout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/plot/drawing.h"
#include "ramp/plot/palette.h"
#include "ramp/plot/text.h"

namespace ramp::plot {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> TextsOf(const Axis& axis) {
  std::vector<std::string> texts;
  for (const Tick& tick : axis.ticks) texts.push_back(tick.text);
  return texts;
}

struct RangeCase {
  double low, high;
};
constexpr RangeCase kRanges[] = {
    {0, 1},           {-5, 5},       {-0.3, 0.7},      {0, 0},         {3, 3},
    {-1e300, 1e300},  {0, 1e-300},   {1e-12, 2e-12},   {1e6, 1e6 + 1}, {1e15, 1e15 + 1},
    {-1e-5, 1e-5},    {5, -5},       {-1000, -999.9},  {0, 5e-324},    {0.1, 0.30000000000000004},
    {1e299, 1.1e299}, {-2e-7, 3e10}, {-1e-300, 1e-300}};

TEST(Ticks, AreTheNumbersThatAPersonWouldWrite) {
  const struct {
    double low, high;
    std::vector<std::string> texts;
  } cases[] = {
      {0, 1, {"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},    {-5, 5, {"-4", "-2", "0", "2", "4"}},
      {-0.3, 0.1, {"-0.3", "-0.2", "-0.1", "0", "0.1"}},   {0, 0.05, {"0", "0.01", "0.02", "0.03", "0.04", "0.05"}},
      {0, 4e6, {"0", "1e+06", "2e+06", "3e+06", "4e+06"}}, {0, 2e-6, {"0", "5e-07", "1e-06", "1.5e-06", "2e-06"}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(TextsOf(AxisOver(one.low, one.high, 6)), one.texts) << one.low << " to " << one.high;
  }
}

TEST(Ticks, LieOnTheAxisInOrderAndHaveDifferentTexts) {
  for (const RangeCase& range : kRanges) {
    for (const size_t most : {0, 3, 5, 10, 40}) {
      const Axis axis = AxisOver(range.low, range.high, most);
      SCOPED_TRACE(testing::Message() << range.low << " to " << range.high << ", at most " << most);
      ASSERT_LT(axis.low, axis.high);
      ASSERT_TRUE(std::isfinite(axis.high - axis.low));
      ASSERT_FALSE(axis.ticks.empty());
      EXPECT_LE(axis.ticks.size(), std::max<size_t>(most, 3) + 1);
      for (size_t i = 0; i < axis.ticks.size(); ++i) {
        EXPECT_TRUE(axis.Contains(axis.ticks[i].value));
        if (i == 0) continue;
        EXPECT_LT(axis.ticks[i - 1].value, axis.ticks[i].value);
        EXPECT_NE(axis.ticks[i - 1].text, axis.ticks[i].text);
      }
    }
  }
}

TEST(Ticks, SayTheirValue) {
  for (const RangeCase& range : kRanges) {
    const Axis axis = AxisOver(range.low, range.high, 8);
    for (const Tick& tick : axis.ticks) {
      EXPECT_NEAR(std::stod(tick.text), tick.value, (axis.high - axis.low) / 100)
          << tick.text << " in " << range.low << " to " << range.high;
    }
  }
}

TEST(LogarithmicTicks, ArePowersOfTenWhereThereAreManyAndLieOnTheAxis) {
  const struct {
    double low, high;
    std::vector<std::string> texts;
  } cases[] = {
      {1, 1e4, {"1", "10", "100", "1000", "10000"}},
      {1e-9, 1, {"1e-08", "1e-06", "0.0001", "0.01", "1"}},
      {0.9, 30, {"1", "2", "5", "10", "20"}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(TextsOf(LogarithmicAxisOver(one.low, one.high, 6)), one.texts) << one.low << " to " << one.high;
  }
  for (const double low : {1e-200, 1e-12, 0.3, 3., 7e20}) {
    for (const double ratio : {1.8, 10., 1e9, 1e250}) {
      const Axis axis = LogarithmicAxisOver(low, low * ratio, 8);
      EXPECT_GE(axis.ticks.size(), 2u) << low << " x " << ratio;
      EXPECT_LE(axis.ticks.size(), 12u) << low << " x " << ratio;
      for (const Tick& tick : axis.ticks) EXPECT_TRUE(axis.Contains(tick.value)) << tick.value;
    }
  }
}

TEST(ALogarithmicAxis, GivesEqualRatiosEqualRoom) {
  const Axis axis = LogarithmicAxisOver(1e-200, 1e200, 8);
  EXPECT_NEAR(axis.At(1e-100) - axis.At(1e-200), 0.25, 1e-12);
  EXPECT_NEAR(axis.At(1), 0.5, 1e-12);
  const Curve curve{"c", {1, 2, 3}, {1, -1, 0}};
  EXPECT_EQ(PiecesOf(curve, AxisOver(0, 4, 5), axis).size(), 1u) << "what is not positive has no place";
}

TEST(ErrorBars, AreCutAtTheEndsOfTheAxisAndCountedLikePoints) {
  const Axis x = AxisOver(0, 2, 5), y = LogarithmicAxisOver(0.1, 1000, 5);
  const Curve curve{"c", {0, 1, 2}, {1, 10, kNaN}, false, {0, 1, 1}, {1e9, 100, 1}};
  const std::vector<ErrorBar> bars = ErrorBarsOf(curve, x, y);
  ASSERT_EQ(bars.size(), 2u) << "one for each point that has a place";
  EXPECT_EQ(bars[0].low, 0);
  EXPECT_EQ(bars[0].high, 1);
  EXPECT_NEAR(bars[1].low, y.At(1), 1e-12);
  EXPECT_THROW(ErrorBarsOf({"c", {0, 1}, {1, 1}, false, {0}, {2}}, x, y), UsageError);
}

TEST(Bounds, HoldEveryFinitePointAndNoOther) {
  const Plot plot{.title = {},
                  .x_label = {},
                  .y_label = {},
                  .curves = {{"a", {0, 1, kNaN, 3}, {2, kInfinity, 100, -1}}, {"b", {2, 500}, {4, kNaN}}}};
  const Bounds bounds = BoundsOf(plot);
  EXPECT_EQ(bounds.x.low, 0);
  EXPECT_EQ(bounds.x.high, 3);
  EXPECT_LT(bounds.y.low, -1);
  EXPECT_GT(bounds.y.low, -2);
  EXPECT_GT(bounds.y.high, 4);
  EXPECT_LT(bounds.y.high, 5);
}

TEST(Curve, BreaksAtEveryValueThatIsNotFinite) {
  const Axis axis = AxisOver(0, 10, 5);
  const struct {
    std::vector<double> y;
    std::vector<size_t> lengths;
  } cases[] = {
      {{1, 2, 3}, {3}},       {{1, kNaN, 3}, {1, 1}},          {{kNaN, 2, kInfinity}, {1}}, {{}, {}},
      {{kNaN, kNaN, 3}, {1}}, {{-kInfinity, kNaN, -kNaN}, {}}, {{1, 2, kNaN}, {2}},         {{1e301, 1, 2}, {2}}};
  for (const auto& one : cases) {
    Curve curve{"c", {}, one.y};
    for (size_t i = 0; i < one.y.size(); ++i) curve.x.push_back(static_cast<double>(i));
    std::vector<size_t> lengths;
    for (const Piece& piece : PiecesOf(curve, axis, axis)) lengths.push_back(piece.size());
    EXPECT_EQ(lengths, one.lengths) << testing::PrintToString(one.y);
  }
}

TEST(Curve, WithUnequalCoordinatesIsAnErrorThatNamesIt) {
  const Curve curve{"lopsided", {1, 2}, {1}};
  try {
    PiecesOf(curve, Axis{}, Axis{});
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("lopsided"), std::string::npos) << error.what();
  }
}

TEST(Series, JoinsADashedCurveToTheSolidOneBeforeIt) {
  Plot plot;
  for (const bool dashed : {true, false, true, false, false, true}) plot.curves.push_back({"", {}, {}, dashed});
  EXPECT_EQ(SeriesOf(plot), (std::vector<size_t>{0, 0, 0, 1, 2, 2}));
  EXPECT_EQ(SeriesCount(plot), 3u);
  EXPECT_EQ(ColoursOf(plot), SeriesOf(plot));
}

TEST(Series, ThatIsAloneHasAColourForEachCurve) {
  EXPECT_EQ(ColoursOf({{}, {}, {}, {{"", {}, {}, false}, {"", {}, {}, true}}}), (std::vector<size_t>{0, 1}));
}

TEST(Marks, OfEqualCurvesStandApart) {
  Piece line;
  for (int i = 0; i <= 100; ++i) line.push_back({i / 100., 0.5});
  const std::vector<Piece> pieces = {line};
  std::vector<double> all;
  for (const size_t series : {0, 1, 2}) {
    const std::vector<Point> places = MarkPlaces(pieces, series, 3);
    ASSERT_EQ(places.size(), 4u);
    for (const Point& place : places) all.push_back(place.x);
  }
  std::sort(all.begin(), all.end());
  for (size_t i = 1; i < all.size(); ++i) EXPECT_GT(all[i] - all[i - 1], 0.05);
}

TEST(Flow, FillsLinesAndLosesNoItem) {
  const std::vector<double> widths = {4, 4, 4, 20, 1, 9};
  EXPECT_EQ(Flow(widths, 10), (std::vector<Line>{{0, 1}, {2}, {3}, {4, 5}}));
}

double Luminance(Colour colour) {
  const auto linear = [](uint8_t level) {
    const double share = level / 255.;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

double Contrast(Colour a, Colour b) {
  const double first = Luminance(a) + 0.05, second = Luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

TEST(EveryInk, StandsOutFromLightAndDarkPaper) {
  for (size_t i = kFirstSeries; i < kInks.size(); ++i) {
    EXPECT_GE(Contrast(kInks[i].light, kInks[kPaper].light), 3) << kInks[i].name;
    EXPECT_GE(Contrast(kInks[i].dark, kInks[kPaper].dark), 3) << kInks[i].name;
  }
  EXPECT_GE(Contrast(kInks[kText].light, kInks[kPaper].light), 7);
  EXPECT_GE(Contrast(kInks[kText].dark, kInks[kPaper].dark), 7);
}

TEST(Text, KeepsWhatIsValidAndReplacesTheRest) {
  const struct {
    std::string_view given, kept;
  } cases[] = {{"relu'", "relu'"},
               {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
               {"a\x1b[31m", "a\xef\xbf\xbd[31m"},
               {"a\nb",
                "a\xef\xbf\xbd"
                "b"},
               {"\xc3", "\xef\xbf\xbd"},
               {"\xc0\xaf", "\xef\xbf\xbd"},
               {"\xed\xa0\x80", "\xef\xbf\xbd"},
               {"\xf4\x90\x80\x80", "\xef\xbf\xbd"},
               {"\xff"
                "a",
                "\xef\xbf\xbd"
                "a"},
               {"\xe2\x82"
                "a",
                "\xef\xbf\xbd"
                "a"},
               {"\xe2\x80\xae", "\xef\xbf\xbd"}};
  for (const auto& one : cases) EXPECT_EQ(Clean(one.given), one.kept);
}

}  // namespace
}  // namespace ramp::plot
