// Looking a name up in a table of definitions.
#ifndef RAMP_BASE_FIND_ROW_H_
#define RAMP_BASE_FIND_ROW_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/error.h"

namespace ramp {

// The row with that name. Throws UsageError with the nearest name and all there are; `noun` is what a row is, with its
// article: "an optimizer".
template <class Row>
const Row& FindRow(std::span<const Row> table, std::string_view noun, std::string_view name) {
  std::vector<std::string> names;
  std::string all;
  for (const Row& row : table) {
    if (row.name == name) return row;
    names.emplace_back(row.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  throw UsageError("'" + std::string(name) + "' is not " + std::string(noun) + DidYouMean(name, names) +
                   "; there are: " + all);
}

}  // namespace ramp

#endif  // RAMP_BASE_FIND_ROW_H_
