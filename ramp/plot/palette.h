// The colours of all pictures: a pair each, for light and for dark pages.
#ifndef RAMP_PLOT_PALETTE_H_
#define RAMP_PLOT_PALETTE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace ramp::plot {

struct Colour {
  uint8_t red, green, blue;
};

struct Ink {
  const char* name;  // of its class in a style sheet
  Colour light, dark;
};

enum InkIndex : size_t { kPaper, kText, kGrid, kZeroLine, kFirstSeries };

inline constexpr size_t kSeriesInks = 6;

// The first three series after Okabe and Ito, Color Universal Design, 2008, the others after Tol's schemes (2021), made
// lighter or darker until they stand out from the paper by a contrast of at least 3 (WCAG 2.1, 1.4.11).
inline constexpr std::array<Ink, kFirstSeries + kSeriesInks> kInks = {{
    {"paper", {0xff, 0xff, 0xff}, {0x15, 0x19, 0x1f}},
    {"text", {0x22, 0x26, 0x2c}, {0xe3, 0xe6, 0xea}},
    {"grid", {0xe4, 0xe7, 0xeb}, {0x2b, 0x31, 0x39}},
    {"zero", {0x9a, 0xa1, 0xab}, {0x6b, 0x74, 0x80}},
    {"s0", {0x00, 0x72, 0xb2}, {0x56, 0xb4, 0xe9}},
    {"s1", {0xd5, 0x5e, 0x00}, {0xf5, 0x9b, 0x2c}},
    {"s2", {0x00, 0x8a, 0x64}, {0x2b, 0xc7, 0x9a}},
    {"s3", {0xaa, 0x33, 0x77}, {0xe8, 0x9a, 0xc7}},
    {"s4", {0x8a, 0x70, 0x00}, {0xf0, 0xe4, 0x42}},
    {"s5", {0x5b, 0x4b, 0xc4}, {0xb0, 0xa4, 0xff}},
}};

constexpr size_t InkOfSeries(size_t series) { return kFirstSeries + series % kSeriesInks; }

}  // namespace ramp::plot

#endif  // RAMP_PLOT_PALETTE_H_
