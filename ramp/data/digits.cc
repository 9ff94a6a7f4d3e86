#include "ramp/data/digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "ramp/base/parallel.h"
#include "ramp/base/random.h"
#include "ramp/data/digit_strokes.h"
#include "ramp/data/scale.h"

// Only +, -, *, / and square roots are used: IEEE 754 rounds them alike everywhere, which it does not ask of sin or
// log.
namespace ramp {
namespace {

constexpr uint64_t kDigitStream = 0x6469676974730000;  // "digits"
constexpr size_t kPixels = kDigitSide * kDigitSide;
constexpr double kSide = static_cast<double>(kDigitSide);
// Straight pieces between two points of a skeleton.
constexpr int kPieces = 5;

// How much the writers differ.
constexpr double kHeight[2] = {15.5, 23};       // in pixels
constexpr double kAspect[2] = {0.55, 0.95};     // width of a digit's box over its height
constexpr double kSlant = 0.42;                 // horizontal shift over the height, either way
constexpr double kRotation = 0.14;              // tangent of half the angle
constexpr double kJitter = 0.055;               // of each skeleton point, in boxes
constexpr double kShift = 1.9;                  // of the middle, in pixels
constexpr double kThickness[2] = {0.75, 1.75};  // half the pen's width, in pixels
constexpr double kWarp = 1.6;                   // of the smooth distortion, in pixels
constexpr double kNoise = 20;                   // grey levels, of 255

// About normal with deviation 1: the sum of four uniform numbers, from one draw.
double RoughNormal(Random& random) {
  const uint64_t bits = random.Next();
  double sum = 0;
  for (int part = 0; part < 4; ++part) sum += static_cast<double>((bits >> (16 * part)) & 0xffff);
  return (sum / 65536 - 2) * 1.7320508075688772;
}

// A wave with period 4 made of parabolas, close to a sine.
double Wave(double x) {
  const double turn = x - 4 * std::floor(x / 4);
  const double half = turn < 2 ? turn : turn - 2;
  const double arc = half * (2 - half);
  return turn < 2 ? arc : -arc;
}

// The hand of one picture: where a skeleton's point comes to lie among the pixels.
class Hand {
 public:
  Hand(Random& random, double width) {
    const double height = random.Uniform(kHeight[0], kHeight[1]);
    const double wide = height * width * random.Uniform(kAspect[0], kAspect[1]);
    const double half_angle = random.Uniform(-kRotation, kRotation);
    const double cosine = (1 - half_angle * half_angle) / (1 + half_angle * half_angle);
    const double sine = 2 * half_angle / (1 + half_angle * half_angle);
    // Writing leans to the right more often than to the left.
    const double slant = random.Uniform(-kSlant * 0.6, kSlant);
    xx_ = cosine * wide;
    xy_ = (-cosine * slant - sine) * height;
    yx_ = sine * wide;
    yy_ = (cosine - sine * slant) * height;
    x_ = kSide / 2 + random.Uniform(-kShift, kShift);
    y_ = kSide / 2 + random.Uniform(-kShift, kShift);
    for (double& phase : phases_) phase = random.Uniform(0, 4);
    warp_ = random.Uniform(0, kWarp);
  }

  Point Place(Point p) const {
    const double x = p.x - 0.5;
    const double y = p.y - 0.5;
    const Point flat{x_ + xx_ * x + xy_ * y, y_ + yx_ * x + yy_ * y};
    return {flat.x + warp_ * (Wave(flat.y / 6 + phases_[0]) + 0.5 * Wave(flat.x / 8 + phases_[1])),
            flat.y + warp_ * (Wave(flat.x / 6 + phases_[2]) + 0.5 * Wave(flat.y / 8 + phases_[3]))};
  }

 private:
  double xx_, xy_, yx_, yy_, x_, y_, warp_;
  std::array<double, 4> phases_;
};

// The squared distance of each pixel from the nearest piece of a stroke, as far as the pen reaches.
class Sheet {
 public:
  explicit Sheet(double reach) : reach_(reach) { distances_.fill(reach * reach); }

  void Draw(Point from, Point to) {
    const auto low = [&](double a, double b) { return static_cast<int>(std::max(0.0, std::min(a, b) - reach_ + 0.5)); };
    const auto high = [&](double a, double b) {
      return static_cast<int>(std::min(kSide - 1, std::max(a, b) + reach_ - 0.5));
    };
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double inverse = 1 / std::max(1e-12, dx * dx + dy * dy);
    for (int y = low(from.y, to.y); y <= high(from.y, to.y); ++y) {
      for (int x = low(from.x, to.x); x <= high(from.x, to.x); ++x) {
        const double px = x + 0.5 - from.x;
        const double py = y + 0.5 - from.y;
        const double along = std::clamp((px * dx + py * dy) * inverse, 0.0, 1.0);
        const double ex = px - along * dx;
        const double ey = py - along * dy;
        double& distance = distances_[static_cast<size_t>(y) * kDigitSide + static_cast<size_t>(x)];
        distance = std::min(distance, ex * ex + ey * ey);
      }
    }
  }

  // How dark a pixel is, in [0, 1]: the pen's edge is one pixel soft.
  double Ink(size_t pixel, double thickness) const {
    if (distances_[pixel] >= reach_ * reach_) return 0;
    return std::clamp(thickness + 0.5 - std::sqrt(distances_[pixel]), 0.0, 1.0);
  }

 private:
  double reach_;
  std::array<double, kPixels> distances_;
};

// The curve through b and c that a and d pull at (Catmull, Rom, 1974).
Point Between(Point a, Point b, Point c, Point d, double t) {
  const auto spline = [t](double p, double q, double r, double s) {
    return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
  };
  return {spline(a.x, b.x, c.x, d.x), spline(a.y, b.y, c.y, d.y)};
}

void DrawStroke(std::span<const Point> skeleton, const Hand& hand, Random& random, double jitter, Sheet& sheet) {
  std::array<Point, kMostPoints> points;
  const size_t count = skeleton.size();
  for (size_t i = 0; i < count; ++i) {
    // Two equal points are a corner and stay together.
    if (i > 0 && skeleton[i].x == skeleton[i - 1].x && skeleton[i].y == skeleton[i - 1].y) {
      points[i] = points[i - 1];
    } else {
      const double x = skeleton[i].x + jitter * RoughNormal(random);
      const double y = skeleton[i].y + jitter * RoughNormal(random);
      points[i] = hand.Place({x, y});
    }
  }
  Point from = points[0];
  for (size_t i = 0; i + 1 < count; ++i) {
    const Point before = points[i == 0 ? 0 : i - 1];
    const Point after = points[std::min(i + 2, count - 1)];
    for (int piece = 1; piece <= kPieces; ++piece) {
      const Point to = Between(before, points[i], points[i + 1], after, piece / static_cast<double>(kPieces));
      sheet.Draw(from, to);
      from = to;
    }
  }
}

void DrawDigit(size_t digit, Random& random, uint8_t* pixels) {
  const std::span<const Skeleton> variants = DigitSkeletons(digit);
  const Skeleton& skeleton = variants[random.Below(variants.size())];
  const Hand hand(random, skeleton.width);
  const double thickness = random.Uniform(kThickness[0], kThickness[1]);
  const double jitter = random.Uniform(0.3, 1) * kJitter;
  Sheet sheet(thickness + 0.5);
  for (const Stroke& stroke : skeleton.strokes) DrawStroke(stroke, hand, random, jitter, sheet);
  const double darkness = random.Uniform(190, 255);
  const double noise = random.Uniform(0, kNoise);
  for (size_t pixel = 0; pixel < kPixels; ++pixel) {
    const double grey = darkness * sheet.Ink(pixel, thickness) + noise * RoughNormal(random);
    pixels[pixel] = static_cast<uint8_t>(std::clamp(grey, 0.0, 255.0));
  }
}

}  // namespace

Dataset GenerateDigits(size_t count, uint64_t seed) {
  Dataset dataset;
  dataset.rows = count;
  dataset.encoding.shape = {kDigitSide, kDigitSide, 1};
  for (size_t digit = 0; digit < kDigits; ++digit) dataset.encoding.labels.push_back(std::to_string(digit));
  std::vector<uint8_t> pixels(count * kPixels);
  dataset.labels.resize(count);
  // Each picture has its own random numbers, so that the threads cannot change them.
  ParallelRanges(count, Parts(count, 256), 1, [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) {
      Random random(seed, kDigitStream + i);
      const size_t digit = random.Below(kDigits);
      dataset.labels[i] = static_cast<int32_t>(digit);
      DrawDigit(digit, random, pixels.data() + i * kPixels);
    }
  });
  dataset.inputs = std::move(pixels);
  std::vector<uint32_t> rows(count);
  for (size_t i = 0; i < count; ++i) rows[i] = static_cast<uint32_t>(i);
  FitInputs(dataset.inputs, 1, rows, dataset.encoding);
  return dataset;
}

}  // namespace ramp
