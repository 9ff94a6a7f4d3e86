#include "ramp/network/fit_bins.h"

#include <algorithm>
#include <cmath>

namespace ramp {
namespace {

constexpr size_t kMostMasses = 4;

struct Mass {
  float value = 0;
  size_t count = 0;
};

// The different values of a sorted list, ascending, each with how often it is there.
std::vector<Mass> Masses(const std::vector<float>& sorted) {
  std::vector<Mass> masses;
  for (const float value : sorted) {
    if (masses.empty() || masses.back().value != value) masses.push_back({value, 0});
    ++masses.back().count;
  }
  return masses;
}

// Those that alone fill more than a bin, the largest first, and no more than leave two edges to the others.
std::vector<Mass> LargeMasses(std::vector<Mass> masses, size_t rows, size_t bins) {
  std::erase_if(masses, [&](const Mass& mass) { return mass.count * bins <= rows; });
  std::ranges::stable_sort(masses, [](const Mass& a, const Mass& b) { return a.count > b.count; });
  masses.resize(std::min({masses.size(), kMostMasses, bins - 1}));
  return masses;
}

// Of sorted values; between two of them by a straight line.
float Quantile(const std::vector<float>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return static_cast<float>((1 - part) * static_cast<double>(sorted[below]) +
                            part * static_cast<double>(sorted[above]));
}

}  // namespace

std::vector<float> FitBins(std::vector<float> values, size_t bins) {
  std::erase_if(values, [](float value) { return !std::isfinite(value); });
  std::ranges::sort(values);
  const std::vector<Mass> masses = Masses(values);
  if (masses.size() < 3 || bins < 2) return {};
  std::vector<float> edges;
  if (masses.size() <= bins + 1) {
    for (const Mass& mass : masses) edges.push_back(mass.value);
    return edges;
  }
  for (const Mass& mass : LargeMasses(masses, values.size(), bins)) {
    edges.push_back(mass.value);
    std::erase(values, mass.value);
  }
  const size_t cuts = bins + 1 - edges.size();
  for (size_t cut = 0; cut < cuts; ++cut) {
    edges.push_back(Quantile(values, static_cast<double>(cut) / static_cast<double>(cuts - 1)));
  }
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

}  // namespace ramp
