#include "ramp/data/hold_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/folder.h"
#include "ramp/data/table_columns.h"

namespace ramp {
namespace {

// Every value must have been found, and something must be left.
void CheckFound(const HoldOut& hold_out, const std::string& place, const std::set<std::string>& all,
                const std::vector<bool>& held) {
  const std::vector<std::string> names(all.begin(), all.end());
  for (const std::string& value : hold_out.values) {
    if (all.contains(value)) continue;
    throw UsageError(fmt::format("--hold-out: there is no '{}' in {}{}; there are {}", value, place,
                                 DidYouMean(value, names), ListOfNames(names)));
  }
  if (std::find(held.begin(), held.end(), false) == held.end()) {
    throw UsageError(
        fmt::format("--hold-out: holds out all of {}, so nothing is left to train on: name fewer values", place));
  }
}

size_t FieldNumber(const HoldOut& hold_out, const std::string& example) {
  const std::vector<std::string> fields = FieldsOfName(example);
  size_t number = 0;
  const char* const end = hold_out.field.data() + hold_out.field.size();
  const auto [stop, failure] = std::from_chars(hold_out.field.data(), end, number);
  if (failure == std::errc() && stop == end && number >= 1 && number <= fields.size()) return number;
  std::string list;
  for (size_t i = 0; i < fields.size(); ++i) {
    list += fmt::format("{}{} is '{}'", i == 0 ? "" : ", ", i + 1, fields[i]);
  }
  throw UsageError(
      fmt::format("--hold-out: '{}' is no field of the files' names, which are numbered between their "
                  "underscores: in {} {}",
                  hold_out.field, example, list));
}

}  // namespace

HoldOut ParseHoldOut(const std::string& text) {
  HoldOut hold_out;
  const size_t equals = text.rfind('=');
  size_t begin = 0;
  if (equals != std::string::npos) {
    hold_out.field = text.substr(0, equals);
    begin = equals + 1;
  }
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) hold_out.values.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (hold_out.values.empty() || (equals == 0)) {
    throw UsageError(
        fmt::format("--hold-out is '{}': give a field and the values of the test rows, such as "
                    "2=theo,jackson or city=Rome",
                    text));
  }
  return hold_out;
}

std::vector<bool> HeldOutFiles(const HoldOut& hold_out, std::span<const std::string> paths) {
  const size_t number = hold_out.field.empty() ? 0 : FieldNumber(hold_out, paths[0]);
  std::vector<bool> held;
  std::set<std::string> all;
  for (const std::string& path : paths) {
    std::vector<std::string> fields = FieldsOfName(path);
    if (number > fields.size()) {
      throw UsageError(
          fmt::format("--hold-out: {} has no field {} in its name: rename it or choose another field", path, number));
    }
    if (number > 0) fields = {fields[number - 1]};
    held.push_back(std::ranges::any_of(
        fields, [&](const std::string& field) { return std::ranges::count(hold_out.values, field) > 0; }));
    all.insert(fields.begin(), fields.end());
  }
  CheckFound(hold_out, number == 0 ? "the files' names" : fmt::format("field {} of the files' names", number), all,
             held);
  return held;
}

std::vector<bool> HeldOutCells(const HoldOut& hold_out, const std::string& place,
                               std::span<const std::string_view> cells) {
  std::vector<bool> held;
  std::set<std::string> all;
  for (const std::string_view cell : cells) {
    held.push_back(std::ranges::count(hold_out.values, cell) > 0);
    all.emplace(cell);
  }
  CheckFound(hold_out, place, all, held);
  return held;
}

}  // namespace ramp
