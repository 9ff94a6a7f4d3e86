#include <cmath>
#include <numbers>

#include "ramp/base/random.h"
#include "ramp/data/generated_sets.h"

namespace ramp {
namespace {

constexpr uint64_t kPointStream = 0x706f696e7473;  // "points"
constexpr double kTurn = 2 * std::numbers::pi;

// `place` writes the coordinates of a point of class `label`; noise comes on top.
template <class Place>
Generated MakePoints(std::span<const double> values, uint64_t seed, size_t classes, const Place& place) {
  Generated made;
  Dataset& data = made.examples;
  data.rows = static_cast<size_t>(values[0]);
  data.encoding.shape = {2};
  made.pairs = 2;
  for (size_t label = 0; label < classes; ++label) data.encoding.labels.push_back(std::to_string(label));
  std::vector<float> points;
  Random random(seed, kPointStream);
  for (size_t row = 0; row < data.rows; ++row) {
    const size_t label = row % classes;
    const auto [x, y] = place(label, random);
    points.push_back(static_cast<float>(x + values[1] * random.Normal()));
    points.push_back(static_cast<float>(y + values[1] * random.Normal()));
    data.labels.push_back(static_cast<int32_t>(label));
  }
  data.inputs = std::move(points);
  return made;
}

struct Place2 {
  double x, y;
};

Place2 OnCircle(double radius, double turns) {
  return {radius * std::cos(kTurn * turns), radius * std::sin(kTurn * turns)};
}

// Points whose coordinates are drawn from -1 to 1, and a number to predict for each.
template <class Target>
Generated MakeNumbers(std::span<const double> values, uint64_t seed, size_t inputs, const Target& target) {
  Generated made;
  Dataset& data = made.examples;
  data.rows = static_cast<size_t>(values[0]);
  data.encoding.shape = {inputs};
  data.encoding.task = Task::kRegression;
  made.pairs = inputs;
  std::vector<float> points;
  std::vector<double> point(inputs);
  Random random(seed, kPointStream);
  for (size_t row = 0; row < data.rows; ++row) {
    for (double& coordinate : point) {
      coordinate = random.Uniform(-1, 1);
      points.push_back(static_cast<float>(coordinate));
    }
    data.values.push_back(static_cast<float>(target(point) + values[1] * random.Normal()));
  }
  data.inputs = std::move(points);
  return made;
}

}  // namespace

Generated MakeSpirals(std::span<const double> values, uint64_t seed) {
  const double arms = values[2], turns = values[3];
  return MakePoints(values, seed, static_cast<size_t>(arms), [=](size_t label, Random& random) {
    const double along = random.Uniform(0.1, 1);
    return OnCircle(along, turns * along + static_cast<double>(label) / arms);
  });
}

Generated MakeCircles(std::span<const double> values, uint64_t seed) {
  const double rings = values[2];
  return MakePoints(values, seed, static_cast<size_t>(rings), [=](size_t label, Random& random) {
    return OnCircle(static_cast<double>(label + 1) / rings, random.Uniform());
  });
}

Generated MakeMoons(std::span<const double> values, uint64_t seed) {
  return MakePoints(values, seed, 2, [](size_t label, Random& random) {
    const Place2 upper = OnCircle(1, random.Uniform(0, 0.5));
    return label == 0 ? upper : Place2{1 - upper.x, 0.5 - upper.y};
  });
}

Generated MakeXor(std::span<const double> values, uint64_t seed) {
  const auto inputs = static_cast<size_t>(values[2]);
  Generated made;
  Dataset& data = made.examples;
  data.rows = static_cast<size_t>(values[0]);
  data.encoding.shape = {inputs};
  data.encoding.labels = {"0", "1"};
  made.pairs = inputs;
  std::vector<float> points;
  Random random(seed, kPointStream);
  for (size_t row = 0; row < data.rows; ++row) {
    bool odd = false;
    for (size_t i = 0; i < inputs; ++i) {
      const double coordinate = random.Uniform(-1, 1);
      odd = odd != (coordinate < 0);
      points.push_back(static_cast<float>(coordinate + values[1] * random.Normal()));
    }
    data.labels.push_back(odd ? 1 : 0);
  }
  data.inputs = std::move(points);
  return made;
}

Generated MakeAbsolute(std::span<const double> values, uint64_t seed) {
  return MakeNumbers(values, seed, static_cast<size_t>(values[2]), [](std::span<const double> point) {
    double sum = 0;
    for (const double coordinate : point) sum += std::abs(coordinate);
    return sum;
  });
}

Generated MakeSine(std::span<const double> values, uint64_t seed) {
  const double waves = values[2];
  return MakeNumbers(values, seed, 1,
                     [=](std::span<const double> point) { return std::sin(kTurn / 2 * waves * point[0]); });
}

}  // namespace ramp
