// What SVG and PNG make of the same plots.
#include "ramp/plot/drawing.h"

#include <cairo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/plot/png.h"
#include "ramp/plot/test_plots.h"

namespace ramp::plot {
namespace {

PictureGrid GridOf(size_t count, size_t height = 5, size_t width = 7) {
  PictureGrid grid{height, width, 3, {}, {}};
  for (size_t i = 0; i < count; ++i) {
    grid.pictures.emplace_back(height * width, static_cast<uint8_t>(40 * i));
    grid.labels.push_back("<" + std::to_string(i));
  }
  return grid;
}

bool IsName(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '-'; });
}

// ` name="value"` again and again.
bool AreAttributes(std::string_view text) {
  while (!text.empty()) {
    const size_t equals = text.find("=\"");
    if (text[0] != ' ' || equals == std::string_view::npos || !IsName(text.substr(1, equals - 1))) return false;
    const size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

// What is wrong with an XML text, or nothing: tags that match, quoted attributes, known entities, one root.
std::optional<std::string> XmlFault(std::string_view xml) {
  std::vector<std::string> open;
  size_t roots = 0;
  for (size_t at = 0; at < xml.size(); ++at) {
    const auto c = static_cast<unsigned char>(xml[at]);
    if (c == '>' || (c < 0x20 && c != '\n')) return "a bare character " + std::to_string(c);
    if (c == '&') {
      const auto known = [&](std::string_view entity) { return xml.substr(at).starts_with(entity); };
      if (!known("&amp;") && !known("&lt;") && !known("&gt;") && !known("&quot;")) return "an unknown entity";
    }
    if (c != '<') continue;
    const size_t end = xml.find_first_of("<>", at + 1);
    if (end == std::string_view::npos || xml[end] == '<') return "a tag without end";
    std::string_view tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected end of " + std::string(tag);
      open.pop_back();
      continue;
    }
    const bool whole = tag.ends_with('/');
    if (whole) tag.remove_suffix(1);
    const std::string_view name = tag.substr(0, tag.find(' '));
    if (!IsName(name) || !AreAttributes(tag.substr(name.size()))) return "a bad tag " + std::string(tag);
    if (open.empty()) ++roots;
    if (!whole) open.emplace_back(name);
  }
  if (!open.empty()) return "no end of " + open.back();
  return roots == 1 ? std::nullopt : std::optional<std::string>("not one root");
}

// The values of all attributes of this name.
std::vector<std::string> ValuesOf(const std::string& svg, const std::string& name) {
  std::vector<std::string> values;
  const std::string start = " " + name + "=\"";
  for (size_t at = 0; (at = svg.find(start, at)) != std::string::npos;) {
    at += start.size();
    values.push_back(svg.substr(at, svg.find('"', at) - at));
  }
  return values;
}

struct Pixels {
  int width = 0, height = 0;
  std::vector<uint32_t> colours;  // [height, width], 0xRRGGBB
};

Pixels Decoded(const std::string& png) {
  std::string_view left = png;
  const auto read = [](void* from, unsigned char* data, unsigned length) {
    auto& bytes = *static_cast<std::string_view*>(from);
    if (bytes.size() < length) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(data, bytes.data(), length);
    bytes.remove_prefix(length);
    return CAIRO_STATUS_SUCCESS;
  };
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface(
      cairo_image_surface_create_from_png_stream(read, &left), cairo_surface_destroy);
  EXPECT_EQ(cairo_surface_status(surface.get()), CAIRO_STATUS_SUCCESS);
  Pixels pixels{cairo_image_surface_get_width(surface.get()), cairo_image_surface_get_height(surface.get()), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      uint32_t colour = 0;
      std::memcpy(&colour, data + y * stride + 4 * x, sizeof(colour));
      pixels.colours.push_back(colour & 0xFFFFFF);
    }
  }
  return pixels;
}

TEST(XmlFault, SeesFaults) {
  EXPECT_EQ(XmlFault("<a b=\"1\"><c/>x &lt; y</a>"), std::nullopt);
  for (const char* fault :
       {"<a><b></a></b>", "<a>", "<a>&nbsp;</a>", "<a>1 & 2</a>", "<a b=1/>", "<a/><a/>", "<a>\x1b</a>", ""}) {
    EXPECT_NE(XmlFault(fault), std::nullopt) << fault;
  }
}

TEST(EverySvg, IsWellFormedAndHasNoNumberThatIsNone) {
  for (const auto& [name, plot] : HardPlots()) {
    const std::string svg = ToSvg(plot);
    EXPECT_EQ(XmlFault(svg).value_or(""), "") << name;
    for (const char* attribute : {"d", "x", "y", "width", "height", "viewBox"}) {
      for (const std::string& value : ValuesOf(svg, attribute)) {
        EXPECT_EQ(value.find_first_not_of("MZ -.0123456789"), std::string::npos) << name << ": " << value;
      }
    }
    EXPECT_NE(svg.find("role=\"img\""), std::string::npos) << name;
    EXPECT_NE(svg.find("<title>"), std::string::npos) << name;
    EXPECT_NE(svg.find("<desc>"), std::string::npos) << name;
    EXPECT_NE(svg.find("prefers-color-scheme:dark"), std::string::npos) << name;
  }
}

TEST(EveryDrawing, KeepsItsStrokesAndTextsInside) {
  for (const auto& [name, plot] : HardPlots()) {
    const Drawing drawing = Draw(plot);
    EXPECT_EQ(drawing.width, 640) << name;
    EXPECT_GE(drawing.height, 300) << name;
    const auto inside = [&](Point at) {
      return at.x >= 0 && at.x <= drawing.width && at.y >= 0 && at.y <= drawing.height;
    };
    for (const Stroke& stroke : drawing.strokes) {
      EXPECT_TRUE(std::ranges::all_of(stroke.points, inside)) << name;
    }
    for (const Text& text : drawing.texts) EXPECT_TRUE(inside(text.at)) << name << ": " << text.text;
  }
}

TEST(Svg, OfAStraightLineHasOnlyItsEnds) {
  Curve line{"line", {}, {}};
  for (int i = 0; i <= 300; ++i) {
    line.x.push_back(i);
    line.y.push_back(2. * i);
  }
  for (const Stroke& stroke : Draw(PlotOf({line})).strokes) EXPECT_LE(stroke.points.size(), 2u);
}

TEST(Svg, OfACurveThatTurnsBackKeepsTheTurn) {
  const Drawing drawing = Draw(PlotOf({{"hook", {0, 2, 1}, {0, 2, 1}}}));
  EXPECT_TRUE(std::ranges::any_of(drawing.strokes, [](const Stroke& stroke) { return stroke.points.size() == 3; }));
}

TEST(Svg, TellsInWordsWhereTheCurvesGo) {
  const std::string svg = ToSvg(PlotOf({{"relu", {-5, 0, 5}, {0, 0, 5}}}));
  EXPECT_NE(svg.find("relu goes from 0 at -5 to 5 at 5."), std::string::npos);
}

TEST(EveryPng, HasTheSizeOfItsDrawing) {
  for (const auto& [name, plot] : HardPlots()) {
    const Pixels pixels = Decoded(ToPng(plot));
    EXPECT_EQ(pixels.width, 640 * kPngScale) << name;
    EXPECT_EQ(pixels.height, Draw(plot).height * kPngScale) << name;
  }
}

TEST(Png, OfOnePointShowsADotAndOfNoPointShowsNone) {
  const auto curve_pixels = [](const Plot& plot) {
    const Pixels pixels = Decoded(ToPng(plot));
    return std::ranges::count(pixels.colours, 0x0072B2u);
  };
  Plot point = PlotOf({{"", {1}, {1}}});
  Plot none = PlotOf({{"", {}, {}}});
  EXPECT_GE(curve_pixels(point), curve_pixels(none) + 5);
}

TEST(Png, OfTheSameIsTheSame) {
  for (const auto& [name, plot] : HardPlots()) EXPECT_EQ(ToPng(plot), ToPng(plot)) << name;
}

TEST(Sheet, HasARowForEachFewPictures) {
  const Drawing one = Draw(GridOf(1)), three = Draw(GridOf(3)), four = Draw(GridOf(4));
  EXPECT_LT(one.width, three.width);
  EXPECT_EQ(three.width, four.width);
  EXPECT_EQ(one.height, three.height);
  EXPECT_LT(three.height, four.height);
  const Pixels pixels = Decoded(ToPng(GridOf(4)));
  EXPECT_EQ(pixels.width, four.width * kPngScale);
  EXPECT_EQ(pixels.height, four.height * kPngScale);
}

TEST(Sheet, OfEverySizeIsDrawn) {
  for (const PictureGrid& grid : {GridOf(0), GridOf(4), GridOf(2, 0, 0), GridOf(1, 1, 1), GridOf(2, 200, 3)}) {
    EXPECT_EQ(XmlFault(ToSvg(grid)).value_or(""), "");
    EXPECT_GT(Decoded(ToPng(grid)).width, 0);
  }
}

TEST(Sheet, ThatContradictsItselfIsAnError) {
  PictureGrid short_picture = GridOf(2);
  short_picture.pictures[1].pop_back();
  PictureGrid few_labels = GridOf(2);
  few_labels.labels.pop_back();
  for (const PictureGrid& grid : {short_picture, few_labels}) {
    EXPECT_THROW(ToSvg(grid), UsageError);
    EXPECT_THROW(ToPng(grid), UsageError);
    EXPECT_THROW(ToTerminal(grid, 80, false), UsageError);
  }
}

TEST(Sheet, ThatIsTooLargeForAPngIsAnErrorAndNoCrash) {
  PictureGrid grid{28, 28, 1, std::vector<std::vector<uint8_t>>(600, std::vector<uint8_t>(28 * 28)), {}};
  EXPECT_THROW(ToPng(grid), Error);
}

BarChart ChartOf(size_t rows, size_t series, double value) {
  BarChart chart{"title <&> \"'", "%", {}, {}, {}};
  for (size_t row = 0; row < rows; ++row) chart.rows.push_back("\x1b row <" + std::to_string(row));
  for (size_t i = 0; i < series; ++i) chart.series.push_back("&series " + std::to_string(i));
  for (const char* panel : {"first", "second"}) {
    chart.panels.push_back({panel, std::vector(rows, std::vector<double>(series, value))});
  }
  return chart;
}

TEST(Bars, OfEveryKindAreDrawn) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {0., 5e-324, 1., 1e300, -1., kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    for (const size_t count : {0u, 1u, 7u}) {
      const BarChart chart = ChartOf(count, count, value);
      const std::string svg = ToSvg(chart);
      EXPECT_EQ(XmlFault(svg).value_or(""), "") << value << ", " << count;
      EXPECT_EQ(svg.find("nan"), std::string::npos) << value << ", " << count;
      EXPECT_EQ(svg.find("inf"), std::string::npos) << value << ", " << count;
      const Drawing drawing = Draw(chart);
      EXPECT_EQ(Decoded(ToPng(chart)).height, drawing.height * kPngScale) << value << ", " << count;
      for (const Stroke& stroke : drawing.strokes) {
        for (const Point& at : stroke.points) {
          EXPECT_TRUE(at.x >= 0 && at.x <= drawing.width && at.y >= 0 && at.y <= drawing.height) << value;
        }
      }
    }
  }
}

TEST(Bars, AreAsLongAsTheirValues) {
  BarChart chart = ChartOf(3, 1, 0);
  chart.series = {""};
  chart.panels = {{"", {{1}, {2}, {std::numeric_limits<double>::quiet_NaN()}}}};
  std::vector<double> lengths;
  for (const Stroke& stroke : Draw(chart).strokes) {
    if (stroke.filled) lengths.push_back(stroke.points[1].x - stroke.points[0].x);
  }
  ASSERT_EQ(lengths.size(), 3u) << "the sample in the legend and two bars";
  EXPECT_DOUBLE_EQ(lengths[2], 2 * lengths[1]);
}

TEST(Bars, TellTheirNumbersInWords) {
  BarChart chart = ChartOf(1, 2, 0.5);
  chart.rows = {"relu"};
  chart.series = {"small", "large"};
  EXPECT_NE(ToSvg(chart).find("first (%): relu, small 0.5, large 0.5."), std::string::npos);
}

TEST(Bars, HaveErrorBarsWithinThePicture) {
  BarChart chart = ChartOf(1, 1, 2);
  chart.panels = {{"", {{2}}, {{1}}, {{4}}}};
  const Drawing drawing = Draw(chart);
  const auto bar = std::ranges::find_if(drawing.strokes, [](const Stroke& stroke) { return stroke.width == 1.5; });
  ASSERT_NE(bar, drawing.strokes.end());
  const double left = bar->points[0].x, right = bar->points[1].x;
  const Stroke& box = *(bar - 1);
  EXPECT_NEAR((right - left) / (box.points[1].x - box.points[0].x), 1.5, 1e-9);
  EXPECT_LE(right, drawing.width);
  chart.panels[0].high.clear();
  EXPECT_THROW(Draw(chart), UsageError);
}

TEST(Bars, ThatContradictThemselvesAreAnError) {
  BarChart few_rows = ChartOf(2, 2, 1), few_bars = ChartOf(2, 2, 1);
  few_rows.panels[1].values.pop_back();
  few_bars.panels[1].values[1].pop_back();
  for (const BarChart& chart : {few_rows, few_bars}) {
    EXPECT_THROW(ToSvg(chart), UsageError);
    EXPECT_THROW(ToPng(chart), UsageError);
  }
}

TEST(ImagePng, KeepsEveryPixelDarkOnWhite) {
  const Image image{{}, 1, 2, 3, {0, 1, 2, 128, 254, 255}};
  const Pixels pixels = Decoded(EncodePng(image));
  ASSERT_EQ(pixels.colours.size(), image.pixels.size());
  for (size_t i = 0; i < image.pixels.size(); ++i) EXPECT_EQ(pixels.colours[i] & 0xFF, 255u - image.pixels[i]);
}

}  // namespace
}  // namespace ramp::plot
