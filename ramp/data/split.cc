#include "ramp/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "ramp/base/error.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

constexpr uint64_t kSplitStream = 0x73706c6974;  // "split"

size_t PartOf(size_t rows, double fraction) {
  if (fraction == 0) return 0;
  return std::max<size_t>(1, static_cast<size_t>(std::llround(fraction * static_cast<double>(rows))));
}

std::vector<uint32_t> Sorted(std::span<const uint32_t> rows) {
  std::vector<uint32_t> sorted(rows.begin(), rows.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace

Split DrawSplit(const std::string& name, size_t rows, double test, double valid, uint64_t seed) {
  const size_t test_rows = std::min(rows, PartOf(rows, test));
  const size_t valid_rows = PartOf(rows - test_rows, valid);
  if (test_rows + valid_rows >= rows) {
    throw Error(fmt::format(
        "{}: its {} row{} cannot be split into parts to train, to validate ({} of the training rows) and "
        "to test ({}): give more rows or smaller fractions (--valid, --test)",
        name, rows, rows == 1 ? "" : "s", valid, test == 0 ? "a file of its own" : fmt::format("{}", test)));
  }
  std::vector<uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed, kSplitStream);
  random.Shuffle(std::span(order));
  const std::span<const uint32_t> all(order);
  return {.training = Sorted(all.subspan(test_rows + valid_rows)),
          .validation = Sorted(all.subspan(test_rows, valid_rows)),
          .test = Sorted(all.first(test_rows))};
}

void CheckFraction(const std::string& option, double fraction) {
  if (fraction > 0 && fraction < 1) return;
  throw UsageError(fmt::format("{} is {}: give a fraction above 0 and below 1, such as 0.1", option, fraction));
}

}  // namespace ramp
