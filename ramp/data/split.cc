#include "ramp/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
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

struct Sizes {
  size_t test, valid;
};

Sizes PartSizes(const std::string& name, size_t rows, double test, double valid) {
  const size_t test_rows = std::min(rows, PartOf(rows, test));
  const size_t valid_rows = PartOf(rows - test_rows, valid);
  if (test_rows + valid_rows >= rows) {
    throw Error(
        fmt::format("{}: its {} row{} cannot be split into parts to train, to validate ({} of the training rows) and "
                    "to test ({}): give more rows or smaller fractions (--valid, --test)",
                    name, rows, rows == 1 ? "" : "s", valid, test == 0 ? "data of its own" : fmt::format("{}", test)));
  }
  return {test_rows, valid_rows};
}

}  // namespace

Split DrawSplit(const std::string& name, size_t rows, double test, double valid, uint64_t seed) {
  const auto [test_rows, valid_rows] = PartSizes(name, rows, test, valid);
  std::vector<uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed, kSplitStream);
  random.Shuffle(std::span(order));
  const std::span<const uint32_t> all(order);
  return {.training = Sorted(all.subspan(test_rows + valid_rows)),
          .validation = Sorted(all.subspan(test_rows, valid_rows)),
          .test = Sorted(all.first(test_rows))};
}

Split DrawStratified(const std::string& name, std::span<const uint32_t> rows, std::span<const int32_t> labels,
                     double test, double valid, uint64_t seed) {
  PartSizes(name, rows.size(), test, valid);
  std::map<int32_t, std::vector<uint32_t>> classes;
  for (size_t i = 0; i < rows.size(); ++i) classes[labels[i]].push_back(rows[i]);
  Random random(seed, kSplitStream);
  Split split;
  for (auto& [label, members] : classes) {
    random.Shuffle(std::span(members));
    const double count = static_cast<double>(members.size());
    const auto test_end = static_cast<size_t>(std::llround(test * count));
    const auto valid_end =
        test_end + static_cast<size_t>(std::llround(valid * (count - static_cast<double>(test_end))));
    const auto begin = members.begin();
    const auto at = [&](size_t place) { return begin + static_cast<ptrdiff_t>(place); };
    split.test.insert(split.test.end(), begin, at(test_end));
    split.validation.insert(split.validation.end(), at(test_end), at(valid_end));
    split.training.insert(split.training.end(), at(valid_end), members.end());
  }
  return {.training = Sorted(split.training), .validation = Sorted(split.validation), .test = Sorted(split.test)};
}

Split SplitByPosition(const std::string& name, size_t rows, double test, double valid) {
  const auto [test_rows, valid_rows] = PartSizes(name, rows, test, valid);
  std::vector<uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  const auto valid_end = order.end() - static_cast<ptrdiff_t>(test_rows);
  const auto training_end = valid_end - static_cast<ptrdiff_t>(valid_rows);
  return {.training = {order.begin(), training_end},
          .validation = {training_end, valid_end},
          .test = {valid_end, order.end()}};
}

void CheckFraction(const std::string& option, double fraction) {
  if (fraction > 0 && fraction < 1) return;
  throw UsageError(fmt::format("{} is {}: give a fraction above 0 and below 1, such as 0.1", option, fraction));
}

}  // namespace ramp
