#include "ramp/plot/text.h"

#include <cstddef>

namespace ramp::plot {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// What a first byte promises.
struct Lead {
  size_t length;
  unsigned bits;
  char32_t least;  // smaller values have shorter forms, so that they are not valid here
};

Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >> 5 == 0x6) return {2, byte & 0x1Fu, 0x80};
  if (byte >> 4 == 0xE) return {3, byte & 0x0Fu, 0x800};
  if (byte >> 3 == 0x1E) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

bool Drawable(char32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
  // Marks that turn the direction of what follows could make a label read as another one.
  const bool direction = (point >= 0x200E && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
                         (point >= 0x2066 && point <= 0x2069);
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  const bool beyond = point == 0xFFFE || point == 0xFFFF || point > 0x10FFFF;
  return !control && !direction && !surrogate && !beyond;
}

}  // namespace

std::u32string CodePoints(std::string_view utf8) {
  std::u32string points;
  for (size_t i = 0; i < utf8.size();) {
    const Lead lead = LeadOf(static_cast<unsigned char>(utf8[i]));
    char32_t point = lead.bits;
    size_t used = 1;
    while (used < lead.length && i + used < utf8.size() && (static_cast<unsigned char>(utf8[i + used]) >> 6) == 0x2) {
      point = point << 6 | (static_cast<unsigned char>(utf8[i + used]) & 0x3Fu);
      ++used;
    }
    const bool valid = used == lead.length && point >= lead.least && Drawable(point);
    points += valid ? point : kReplacement;
    i += used;
  }
  return points;
}

std::string Utf8(std::u32string_view code_points) {
  std::string utf8;
  const auto append = [&utf8](char32_t byte) { utf8 += static_cast<char>(byte); };
  for (const char32_t point : code_points) {
    if (point < 0x80) {
      append(point);
    } else if (point < 0x800) {
      append(0xC0 | point >> 6);
      append(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      append(0xE0 | point >> 12);
      append(0x80 | (point >> 6 & 0x3F));
      append(0x80 | (point & 0x3F));
    } else {
      append(0xF0 | point >> 18);
      append(0x80 | (point >> 12 & 0x3F));
      append(0x80 | (point >> 6 & 0x3F));
      append(0x80 | (point & 0x3F));
    }
  }
  return utf8;
}

}  // namespace ramp::plot
