#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ramp/plot/canvas.h"
#include "ramp/plot/test_plots.h"
#include "ramp/plot/text.h"

namespace ramp::plot {
namespace {

std::vector<std::u32string> LinesOf(const std::string& text) {
  std::vector<std::u32string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    lines.push_back(CodePoints(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

bool IsBraille(char32_t symbol) { return symbol > 0x2800 && symbol <= 0x28FF; }

size_t BrailleCells(const std::string& picture) {
  const std::u32string points = CodePoints(picture);
  return static_cast<size_t>(std::ranges::count_if(points, IsBraille));
}

TEST(EveryTerminalPlot, HasTheSizeAskedFor) {
  for (const auto& [name, plot] : HardPlots()) {
    for (const auto& [columns, rows] : {std::pair<size_t, size_t>{80, 24}, {120, 40}, {20, 8}, {200, 10}, {33, 60}}) {
      SCOPED_TRACE(testing::Message() << name << ", " << columns << "x" << rows);
      const std::vector<std::u32string> lines = LinesOf(ToTerminal(plot, columns, rows, false));
      EXPECT_EQ(lines.size(), rows);
      size_t widest = 0;
      for (const std::u32string& line : lines) widest = std::max(widest, line.size());
      // The axis below reaches from the left margin to the last column.
      EXPECT_EQ(widest, columns);
    }
  }
}

TEST(TerminalPlot, TooSmallToReadIsMadeLarger) {
  for (const auto& [name, plot] : HardPlots()) {
    EXPECT_EQ(LinesOf(ToTerminal(plot, 0, 0, false)).size(), 8u) << name;
  }
}

TEST(EveryTerminalPlot, HasColourOnlyIfAsked) {
  for (const auto& [name, plot] : HardPlots()) {
    EXPECT_EQ(ToTerminal(plot, 80, 24, false).find('\x1b'), std::string::npos) << name;
    EXPECT_NE(ToTerminal(plot, 80, 24, true).find("\x1b["), std::string::npos) << name;
  }
}

TEST(EveryTerminalPlot, ShowsTheSameWithAndWithoutColour) {
  for (const auto& [name, plot] : HardPlots()) {
    std::string coloured = ToTerminal(plot, 80, 24, true);
    for (size_t at = 0; (at = coloured.find("\x1b[", at)) != std::string::npos;) {
      coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    EXPECT_EQ(coloured, ToTerminal(plot, 80, 24, false)) << name;
  }
}

TEST(TerminalPlot, BreaksWhereTheCurveDoes) {
  Curve whole{"curve", {}, {}}, broken = whole;
  for (int i = 0; i <= 100; ++i) {
    whole.x.push_back(i);
    whole.y.push_back(i);
  }
  broken = whole;
  for (size_t i = 40; i < 60; ++i) broken.y[i] = std::numeric_limits<double>::quiet_NaN();
  const size_t all = BrailleCells(ToTerminal(PlotOf({whole}), 80, 24, false));
  const size_t some = BrailleCells(ToTerminal(PlotOf({broken}), 80, 24, false));
  EXPECT_LT(some, all * 9 / 10);
  EXPECT_GT(some, all * 7 / 10);
}

TEST(TerminalPlot, OfOnePointShowsOneDotAndOfNoneShowsNone) {
  EXPECT_EQ(BrailleCells(ToTerminal(PlotOf({{"point", {1}, {1}}}), 80, 24, false)), 1u);
  EXPECT_EQ(BrailleCells(ToTerminal(PlotOf({{"nothing", {}, {}}}), 80, 24, false)), 0u);
}

TEST(TerminalPlot, NamesEveryCurveThatHasRoomInTheLegend) {
  const std::string picture =
      ToTerminal(PlotOf({{"first", {0, 1}, {0, 1}}, {"second", {0, 1}, {1, 0}}}), 80, 24, false);
  for (const char* name : {"first", "second"}) EXPECT_NE(picture.find(name), std::string::npos) << name;
}

TEST(TerminalPlot, MarksACurveThatLiesUnderAnother) {
  const Curve line{"line", {0, 0.3, 0.6, 1}, {0, 0.3, 0.6, 1}};
  const std::string picture = ToTerminal(PlotOf({line, line}), 80, 24, false);
  for (const char letter : {'A', 'B'}) EXPECT_GE(std::ranges::count(picture, letter), 3) << letter;
}

TEST(Canvas, DrawsEachOfTheEightDots) {
  std::set<std::string> symbols;
  for (size_t down = 0; down < Canvas::kDotsDown; ++down) {
    for (size_t across = 0; across < Canvas::kDotsAcross; ++across) {
      Canvas canvas(1, 1);
      canvas.Dot(across, down, {});
      symbols.insert(canvas.ToText(false));
    }
  }
  EXPECT_EQ(symbols.size(), 8u);
  Canvas canvas(1, 1);
  canvas.Dot(0, 0, {});
  canvas.Dot(1, 3, {});
  EXPECT_EQ(CodePoints(canvas.ToText(false))[0], U'\x2881');
}

PictureGrid Sheet(size_t count, size_t side) {
  PictureGrid grid{side, side, 10, {}, {}};
  for (size_t i = 0; i < count; ++i) {
    grid.pictures.emplace_back(side * side, static_cast<uint8_t>(i % 2 == 0 ? 255 : 0));
    grid.labels.push_back(std::to_string(i));
  }
  return grid;
}

TEST(EveryTerminalSheet, FitsTheColumns) {
  for (const size_t count : {1, 2, 7, 30}) {
    for (const size_t side : {1, 8, 16, 28, 31}) {
      for (const size_t columns : {40, 80, 120, 200}) {
        for (const bool colour : {false, true}) {
          std::string text = ToTerminal(Sheet(count, side), columns, colour);
          for (size_t at = 0; (at = text.find("\x1b[", at)) != std::string::npos;) {
            text.erase(at, text.find('m', at) - at + 1);
          }
          for (const std::u32string& line : LinesOf(text)) {
            EXPECT_LE(line.size(), columns) << count << " of " << side << " in " << columns;
          }
        }
      }
    }
  }
}

TEST(TerminalSheet, ShowsInkAndPaper) {
  const std::u32string shaded = CodePoints(ToTerminal(Sheet(1, 12), 80, false));
  EXPECT_EQ(std::ranges::count(shaded, U'\x2588'), 12 * 6);
  const std::string coloured = ToTerminal(Sheet(2, 12), 80, true);
  EXPECT_NE(coloured.find("38;5;255;48;5;255"), std::string::npos);
  EXPECT_NE(coloured.find("38;5;232;48;5;232"), std::string::npos);
}

TEST(TerminalSheet, OfNothingIsNothing) {
  EXPECT_EQ(ToTerminal(PictureGrid{}, 80, true), "");
  EXPECT_EQ(ToTerminal(Sheet(2, 0), 80, true), "");
}

}  // namespace
}  // namespace ramp::plot
