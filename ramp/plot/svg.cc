// SVG: the drawing as a document of its own, whose style sheet follows the light or dark of the page.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "ramp/plot/drawing.h"
#include "ramp/plot/palette.h"
#include "ramp/plot/png.h"

namespace ramp {
namespace plot {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const auto byte = [&](size_t k) {
      return k < left ? static_cast<uint32_t>(static_cast<uint8_t>(bytes[i + k])) : 0;
    };
    const uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (size_t k = 0; k < 4; ++k) text += k <= left ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// Hundredths of a pixel, without the zeros behind.
std::string Number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Hex(Colour colour) { return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue); }

std::string Rules(Colour Ink::*page) {
  std::string rules;
  for (const Ink& ink : kInks) {
    rules += fmt::format(".{0}{{stroke:{1}}}.f-{0}{{fill:{1}}}", ink.name, Hex(ink.*page));
  }
  return rules;
}

std::string Style() {
  return "text{font-family:system-ui,sans-serif;font-size:12px}.bold{font-size:15px;font-weight:600}"
         "path{fill:none;stroke-linecap:round;stroke-linejoin:round}.dashed{stroke-dasharray:5 5}"
         "image{image-rendering:pixelated}" +
         Rules(&Ink::light) + "@media (prefers-color-scheme:dark){image{filter:invert(1)}" + Rules(&Ink::dark) + "}";
}

std::string Element(const Stroke& stroke) {
  if (stroke.points.empty()) return "";
  std::string data = "M";
  // A path of one point is drawn when it is a line to itself.
  if (stroke.points.size() == 1) data += fmt::format("{} {} ", Number(stroke.points[0].x), Number(stroke.points[0].y));
  for (const Point& point : stroke.points) data += fmt::format("{} {} ", Number(point.x), Number(point.y));
  data.pop_back();
  const std::string_view name = kInks[stroke.ink].name;
  if (stroke.filled) return fmt::format("<path class=\"f-{}\" d=\"{}Z\"/>\n", name, data);
  return fmt::format("<path class=\"{}{}\" stroke-width=\"{}\" d=\"{}\"/>\n", name, stroke.dashed ? " dashed" : "",
                     Number(stroke.width), data);
}

std::string Element(const Text& text) {
  const std::string_view anchor = text.align == Align::kStart ? "" : text.align == Align::kMiddle ? "middle" : "end";
  const std::string x = Number(text.at.x), y = Number(text.at.y);
  std::string attributes;
  if (!anchor.empty()) attributes += fmt::format(" text-anchor=\"{}\"", anchor);
  if (text.upward) attributes += fmt::format(" transform=\"rotate(-90 {} {})\"", x, y);
  return fmt::format("<text class=\"f-text{}\" x=\"{}\" y=\"{}\"{}>{}</text>\n", text.bold ? " bold" : "", x, y,
                     attributes, Escaped(text.text));
}

std::string Element(const Image& image) {
  if (image.pixels.empty()) return "";
  return fmt::format("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>\n",
                     Number(image.at.x), Number(image.at.y), Number(image.scale * static_cast<double>(image.width)),
                     Number(image.scale * static_cast<double>(image.height)), Base64(EncodePng(image)));
}

std::string ToSvg(const Drawing& drawing) {
  const std::string width = Number(drawing.width), height = Number(drawing.height);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n"
      "<title>{2}</title>\n<desc>{3}</desc>\n<style>{4}</style>\n<rect class=\"f-paper\" width=\"{0}\" "
      "height=\"{1}\"/>\n",
      width, height, Escaped(drawing.title.empty() ? "Plot" : drawing.title), Escaped(drawing.description), Style());
  for (const Image& image : drawing.images) svg += Element(image);
  for (const Stroke& stroke : drawing.strokes) svg += Element(stroke);
  for (const Text& text : drawing.texts) svg += Element(text);
  return svg + "</svg>\n";
}

}  // namespace
}  // namespace plot

std::string ToSvg(const Plot& plot) { return plot::ToSvg(plot::Draw(plot)); }
std::string ToSvg(const BarChart& chart) { return plot::ToSvg(plot::Draw(chart)); }
std::string ToSvg(const PictureGrid& grid) { return plot::ToSvg(plot::Draw(grid)); }

}  // namespace ramp
