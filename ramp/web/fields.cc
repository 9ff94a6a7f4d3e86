#include "ramp/web/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ramp::web {
namespace {

// 2^53: what a number of the page can say exactly.
constexpr double kMostWhole = 9007199254740992;

}  // namespace

Fields::Fields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object.is_object()) throw FieldError(place_, fmt::format("{}: is an object", place_));
}

std::string Fields::PlaceOf(std::string_view name) const {
  return place_.empty() ? std::string(name) : fmt::format("{}.{}", place_, name);
}

void Fields::Fail(std::string_view name, const std::string& what) const {
  throw FieldError(PlaceOf(name), fmt::format("{}: {}", PlaceOf(name), what));
}

const Json* Fields::Find(std::string_view name) {
  known_.emplace_back(name);
  const auto found = object_.find(known_.back());
  return found == object_.end() ? nullptr : &*found;
}

const Json& Fields::Get(std::string_view name) {
  const Json* found = Find(name);
  if (found == nullptr) Fail(name, "is missing");
  return *found;
}

void Fields::Read(std::string_view name, bool& value) {
  const Json* found = Find(name);
  if (found == nullptr) return;
  if (!found->is_boolean()) Fail(name, "is true or false");
  value = found->get<bool>();
}

void Fields::Read(std::string_view name, std::string& value, size_t most_bytes) {
  const Json* found = Find(name);
  if (found == nullptr) return;
  if (!found->is_string()) Fail(name, "is a text");
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > most_bytes) {
    Fail(name, fmt::format("has {} bytes, and {} is the most", text.size(), most_bytes));
  }
  value = text;
}

void Fields::Read(std::string_view name, double& value, double low, double high) {
  const Json* found = Find(name);
  if (found == nullptr) return;
  const double number = found->is_number() ? found->get<double>() : std::nan("");
  if (!(number >= low && number <= high)) Fail(name, fmt::format("is a number from {} to {}", low, high));
  value = number;
}

void Fields::Read(std::string_view name, size_t& value, size_t low, size_t high) {
  const Json* found = Find(name);
  if (found == nullptr) return;
  const double number = found->is_number() ? found->get<double>() : std::nan("");
  const bool whole = number >= 0 && number <= kMostWhole && number == std::floor(number);
  if (!whole || static_cast<size_t>(number) < low || static_cast<size_t>(number) > high) {
    Fail(name, fmt::format("is a whole number from {} to {}", low, high));
  }
  value = static_cast<size_t>(number);
}

std::string Fields::Text(std::string_view name, size_t most_bytes) {
  std::string value;
  Get(name);
  Read(name, value, most_bytes);
  return value;
}

size_t Fields::Whole(std::string_view name, size_t low, size_t high) {
  size_t value = 0;
  Get(name);
  Read(name, value, low, high);
  return value;
}

double Fields::Number(std::string_view name, double low, double high) {
  double value = 0;
  Get(name);
  Read(name, value, low, high);
  return value;
}

void Fields::AllowOnly(std::string_view names) {
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    known_.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  End();
}

void Fields::End() const {
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    Fail(name.substr(0, 40), fmt::format("is no field that is known here{}", DidYouMean(name.substr(0, 40), known_)));
  }
}

}  // namespace ramp::web
