#include "accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "ramp/base/random.h"
#include "tasks.h"

namespace peers {
namespace {

constexpr size_t kSample = size_t{1} << 16;

double UlpError(float value, double exact) {
  const float nearest = static_cast<float>(exact);
  if (nearest == value || (std::isnan(nearest) && std::isnan(value))) return 0;
  if (!std::isfinite(nearest) || !std::isfinite(value)) return std::numeric_limits<double>::infinity();
  const int exponent = exact == 0 ? -126 : std::max(std::ilogb(exact), -126);
  return std::abs(static_cast<double>(value) - exact) / std::ldexp(1.0, exponent - 23);
}

double GreatestError(const Peer& peer, const Task& task, const Workspace::Generator& input) {
  Workspace workspace(kSample, input, [](size_t) { return 1.0f; });
  const Arrays arrays = workspace.For(task);
  const Call call = peer.prepare(task, arrays);
  call();
  double greatest = 0;
  for (size_t i = 0; i < arrays.size; ++i) {
    greatest = std::max(greatest, UlpError(arrays.result[i], Exact(task, arrays.input[i])));
  }
  return greatest;
}

}  // namespace

std::optional<Accuracy> AccuracyOf(const Peer& peer, const Task& task) {
  Workspace small(
      64, [](size_t) { return 1.0f; }, [](size_t) { return 1.0f; });
  if (!peer.prepare(task, small.For(task))) return std::nullopt;
  ramp::Random random(1);
  const auto near = [&random](size_t) { return static_cast<float>(random.Uniform(-4, 4)); };
  const auto far = [&random](size_t i) {
    if (i % 2 == 0) return static_cast<float>(random.Uniform(-120, 120));
    return static_cast<float>((i % 4 == 1 ? 1 : -1) * std::pow(10, random.Uniform(-40, 38)));
  };
  return Accuracy{GreatestError(peer, task, near), GreatestError(peer, task, far)};
}

void CheckRoughly(std::string_view who, const Task& task, const Arrays& arrays) {
  constexpr double kMost = 1e-3;
  constexpr size_t kLooks = 4096;
  const size_t step = std::max<size_t>(arrays.size / kLooks, 1) | 1;
  for (size_t i = 0; i < arrays.size; i += step) {
    const double factor = task.direction == Direction::kForward ? 1 : arrays.gradient[i];
    const double exact = factor * Exact(task, arrays.input[i]);
    if (std::abs(arrays.result[i] - exact) <= kMost * std::max(1.0, std::abs(exact))) continue;
    throw std::runtime_error(fmt::format("{} computes {} wrongly: {} of {}, which is {}", who, NameOf(task),
                                         arrays.result[i], arrays.input[i], exact));
  }
}

}  // namespace peers
