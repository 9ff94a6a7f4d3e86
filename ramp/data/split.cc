#include "ramp/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
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

Sizes PartSizes(const std::string& name, size_t rows, const SplitFractions& fractions) {
  const auto [test, valid] = fractions;
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

// Each row is as likely as another to be in a part.
Split DrawAny(std::vector<uint32_t> rows, const Sizes& sizes, Random& random) {
  random.Shuffle(std::span(rows));
  const std::span<const uint32_t> all(rows);
  return {.training = Sorted(all.subspan(sizes.test + sizes.valid)),
          .validation = Sorted(all.subspan(sizes.test, sizes.valid)),
          .test = Sorted(all.first(sizes.test))};
}

// The same within each class.
Split DrawOfClasses(std::span<const uint32_t> rows, std::span<const int32_t> classes, const SplitFractions& fractions,
                    Random& random) {
  std::map<int32_t, std::vector<uint32_t>> groups;
  for (const uint32_t row : rows) groups[classes[row]].push_back(row);
  Split split;
  for (auto& [label, members] : groups) {
    random.Shuffle(std::span(members));
    const double count = static_cast<double>(members.size());
    const auto test_end = static_cast<size_t>(std::llround(fractions.test * count));
    const auto valid_end =
        test_end + static_cast<size_t>(std::llround(fractions.valid * (count - static_cast<double>(test_end))));
    const auto begin = members.begin();
    const auto at = [&](size_t place) { return begin + static_cast<ptrdiff_t>(place); };
    split.test.insert(split.test.end(), begin, at(test_end));
    split.validation.insert(split.validation.end(), at(test_end), at(valid_end));
    split.training.insert(split.training.end(), at(valid_end), members.end());
  }
  return {.training = Sorted(split.training), .validation = Sorted(split.validation), .test = Sorted(split.test)};
}

Split CutByPosition(std::span<const uint32_t> rows, const Sizes& sizes) {
  const auto valid_end = rows.end() - static_cast<ptrdiff_t>(sizes.test);
  const auto training_end = valid_end - static_cast<ptrdiff_t>(sizes.valid);
  return {.training = {rows.begin(), training_end},
          .validation = {training_end, valid_end},
          .test = {valid_end, rows.end()}};
}

}  // namespace

Split SplitRows(const RowsToSplit& rows, const SplitFractions& fractions, uint64_t seed) {
  Split given;
  std::vector<uint32_t> others;
  for (uint32_t row = 0; row < rows.rows; ++row) {
    const Part part = rows.parts.empty() ? Part::kAny : rows.parts[row];
    std::vector<uint32_t>& list = part == Part::kValidation ? given.validation
                                  : part == Part::kTest     ? given.test
                                                            : others;
    list.push_back(row);
  }
  const SplitFractions drawn = {.test = given.test.empty() ? fractions.test : 0,
                                .valid = given.validation.empty() ? fractions.valid : 0};
  const Sizes sizes = PartSizes(rows.name, others.size(), drawn);
  Random random(seed, kSplitStream);
  Split split = rows.by_position       ? CutByPosition(others, sizes)
                : rows.classes.empty() ? DrawAny(std::move(others), sizes, random)
                                       : DrawOfClasses(others, rows.classes, drawn, random);
  if (!given.test.empty()) split.test = std::move(given.test);
  if (!given.validation.empty()) split.validation = std::move(given.validation);
  return split;
}

void CheckFraction(const std::string& option, double fraction) {
  if (fraction > 0 && fraction < 1) return;
  throw UsageError(fmt::format("{} is {}: give a fraction above 0 and below 1, such as 0.1", option, fraction));
}

}  // namespace ramp
