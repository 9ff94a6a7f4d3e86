#include "ramp/plot/png.h"

#include <cairo.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "ramp/base/error.h"
#include "ramp/plot/palette.h"

namespace ramp::plot {
namespace {

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;
using Cairo = std::unique_ptr<cairo_t, Destroy>;

void Check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw Error(fmt::format("the PNG cannot be drawn: {}", cairo_status_to_string(status)));
}

Surface NewSurface(cairo_format_t format, double width, double height) {
  constexpr double kLongest = 32767;  // cairo's coordinates end there
  if (width > kLongest || height > kLongest) {
    throw Error(fmt::format("a PNG of {}x{} pixels is too large, {} a side is the most: show less, or write SVG", width,
                            height, kLongest));
  }
  Surface surface(cairo_image_surface_create(format, static_cast<int>(width), static_cast<int>(height)));
  Check(cairo_surface_status(surface.get()));
  return surface;
}

cairo_status_t Append(void* bytes, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

std::string Encode(cairo_surface_t* surface) {
  std::string bytes;
  Check(cairo_surface_write_to_png_stream(surface, Append, &bytes));
  return bytes;
}

// Eight bits a pixel: `level` of each of the image's.
template <class Level>
Surface LevelsOf(const Image& image, const Level& level) {
  Surface surface = NewSurface(CAIRO_FORMAT_A8, static_cast<double>(image.width), static_cast<double>(image.height));
  if (image.pixels.empty()) return surface;
  cairo_surface_flush(surface.get());
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  const auto stride = static_cast<size_t>(cairo_image_surface_get_stride(surface.get()));
  for (size_t row = 0; row < image.height; ++row) {
    for (size_t column = 0; column < image.width; ++column) {
      data[row * stride + column] = level(image.pixels[row * image.width + column]);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

class Painter {
 public:
  explicit Painter(cairo_t* cairo) : cairo_(cairo) {
    cairo_set_line_cap(cairo_, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo_, CAIRO_LINE_JOIN_ROUND);
  }

  void Fill(size_t ink) {
    Dip(ink);
    cairo_paint(cairo_);
  }

  void Paint(const Stroke& stroke) {
    if (stroke.points.empty()) return;
    Dip(stroke.ink);
    cairo_move_to(cairo_, stroke.points[0].x, stroke.points[0].y);
    // A line to where it starts makes a dot.
    for (const Point& point : stroke.points) cairo_line_to(cairo_, point.x, point.y);
    if (stroke.filled) {
      cairo_fill(cairo_);
      return;
    }
    constexpr double kDashes[] = {5, 5};
    cairo_set_dash(cairo_, kDashes, stroke.dashed ? 2 : 0, 0);
    cairo_set_line_width(cairo_, stroke.width);
    cairo_stroke(cairo_);
  }

  void Paint(const Text& text) {
    Dip(kText);
    cairo_select_font_face(cairo_, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           text.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo_, text.size);
    cairo_text_extents_t extents;
    cairo_text_extents(cairo_, text.text.c_str(), &extents);
    const double before = text.align == Align::kStart ? 0 : text.align == Align::kMiddle ? 0.5 : 1;
    cairo_save(cairo_);
    cairo_translate(cairo_, text.at.x, text.at.y);
    if (text.upward) cairo_rotate(cairo_, -std::numbers::pi / 2);
    cairo_move_to(cairo_, -before * extents.x_advance, 0);
    cairo_show_text(cairo_, text.text.c_str());
    cairo_restore(cairo_);
  }

  void Paint(const Image& image) {
    const Surface levels = LevelsOf(image, [](uint8_t level) { return level; });
    Dip(kText);
    cairo_save(cairo_);
    cairo_translate(cairo_, image.at.x, image.at.y);
    cairo_scale(cairo_, image.scale, image.scale);
    std::unique_ptr<cairo_pattern_t, void (*)(cairo_pattern_t*)> pattern(cairo_pattern_create_for_surface(levels.get()),
                                                                         cairo_pattern_destroy);
    cairo_pattern_set_filter(pattern.get(), CAIRO_FILTER_NEAREST);
    cairo_mask(cairo_, pattern.get());
    cairo_restore(cairo_);
  }

 private:
  void Dip(size_t ink) {
    const Colour colour = kInks[ink].light;
    cairo_set_source_rgb(cairo_, colour.red / 255., colour.green / 255., colour.blue / 255.);
  }

  cairo_t* cairo_;
};

}  // namespace

std::string EncodePng(const Drawing& drawing) {
  const Surface surface =
      NewSurface(CAIRO_FORMAT_RGB24, std::ceil(drawing.width * kPngScale), std::ceil(drawing.height * kPngScale));
  const Cairo cairo(cairo_create(surface.get()));
  cairo_scale(cairo.get(), kPngScale, kPngScale);
  Painter painter(cairo.get());
  painter.Fill(kPaper);
  for (const Image& image : drawing.images) painter.Paint(image);
  for (const Stroke& stroke : drawing.strokes) painter.Paint(stroke);
  for (const Text& text : drawing.texts) painter.Paint(text);
  Check(cairo_status(cairo.get()));
  return Encode(surface.get());
}

std::string EncodePng(const Image& image) {
  return Encode(LevelsOf(image, [](uint8_t level) { return static_cast<unsigned char>(255 - level); }).get());
}

}  // namespace ramp::plot

namespace ramp {

std::string ToPng(const Plot& plot) { return plot::EncodePng(plot::Draw(plot)); }
std::string ToPng(const BarChart& chart) { return plot::EncodePng(plot::Draw(chart)); }
std::string ToPng(const PictureGrid& grid) { return plot::EncodePng(plot::Draw(grid)); }

}  // namespace ramp
