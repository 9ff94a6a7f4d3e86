#include "ramp/cli/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

#include "ramp/base/error.h"

namespace ramp {
namespace {

using Function = std::function<double(double)>;

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

double ParameterFrom(std::string_view text, const ActivationParameter& parameter, std::string_view activation) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw UsageError(fmt::format("'{}' is no number: {} takes its {} there, for example {}({})", text, activation,
                                 parameter.name, activation, parameter.initial));
  }
  // The ends are floats: 0.1 must not fall below 0.1f.
  const float narrow = static_cast<float>(value);
  if (!(parameter.low <= narrow && narrow <= parameter.high)) {
    throw UsageError(fmt::format("the {} of {} cannot be {}: give a value from {} to {}", parameter.name, activation,
                                 text, parameter.low, parameter.high));
  }
  return value;
}

// Halves [left, right] until it is as narrow as doubles allow or the function turns out to be continuous. True when
// the function jumps in it; then left and right are the jump's two sides.
bool FindJump(const Function& f, double& left, double& right) {
  const double difference = std::abs(f(right) - f(left));
  constexpr int kHalvings = 60;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = left + (right - left) / 2;
    if (middle <= left || middle >= right) break;
    const bool to_the_left = std::abs(f(middle) - f(left)) > std::abs(f(right) - f(middle));
    (to_the_left ? right : left) = middle;
    // Of a continuous function nearly nothing is left after some halvings.
    if (!(std::abs(f(right) - f(left)) > difference / 2)) return false;
  }
  return true;
}

Curve Sampled(const Function& f, PlotRange range) {
  constexpr size_t kIntervals = 500;
  Curve curve;
  const auto add = [&curve](double x, double y) {
    curve.x.push_back(x);
    curve.y.push_back(y);
  };
  double previous = 0;
  for (size_t i = 0; i <= kIntervals; ++i) {
    // Written so that 0 is met exactly in a symmetric range, and nothing overflows.
    const double share = static_cast<double>(i) / kIntervals;
    const double x = range.from * (1 - share) + range.to * share;
    double left = previous, right = x;
    if (i > 0 && f(left) != f(right) && FindJump(f, left, right)) {
      add(left, f(left));
      add(left, std::numeric_limits<double>::quiet_NaN());
      add(right, f(right));
    }
    add(x, f(x));
    previous = x;
  }
  return curve;
}

// "elu(0.5)" of "elu 0.5", as it stands in the text of a network.
std::string InParentheses(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos || text.find('(') != std::string_view::npos) return std::string(text);
  std::string parameters;
  for (std::string_view rest = text.substr(blank); !(rest = Trimmed(rest)).empty();) {
    const size_t end = std::min(rest.find(' '), rest.size());
    parameters += (parameters.empty() ? "" : ", ") + std::string(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return fmt::format("{}({})", text.substr(0, blank), parameters);
}

std::string TitleOf(std::span<const ChosenActivation> chosen, bool with_derivative) {
  constexpr size_t kMostNamed = 3;
  if (chosen.size() > kMostNamed) {
    return fmt::format("{} activations{}", chosen.size(), with_derivative ? " and their derivatives" : "");
  }
  std::string names;
  for (size_t i = 0; i < chosen.size(); ++i) {
    names += (i == 0 ? "" : i + 1 == chosen.size() && !with_derivative ? " and " : ", ") + chosen[i].label;
  }
  if (!with_derivative) return names;
  return names + (chosen.size() == 1 ? " and its derivative" : " and their derivatives");
}

}  // namespace

ChosenActivation ChooseActivation(std::string_view text) {
  const std::string in_parentheses = InParentheses(Trimmed(text));
  const std::string_view whole = in_parentheses;
  const size_t open = whole.find('(');
  const std::string_view name = Trimmed(whole.substr(0, open));
  ChosenActivation chosen{&FindActivation(name), {}, in_parentheses};
  const Activation& row = *chosen.row;
  for (const ActivationParameter& parameter : row.parameters) chosen.parameters.push_back(parameter.initial);
  if (open == std::string_view::npos) return chosen;
  if (whole.back() != ')') {
    throw UsageError(fmt::format("'{}' lacks its closing parenthesis", whole));
  }
  std::string_view inside = whole.substr(open + 1, whole.size() - open - 2);
  for (size_t i = 0;; ++i) {
    if (i >= row.parameters.size()) {
      throw UsageError(row.parameters.empty()
                           ? fmt::format("{} has no parameters: write {}", name, name)
                           : fmt::format("{} has {} parameter{}, '{}' gives more", name, row.parameters.size(),
                                         row.parameters.size() == 1 ? "" : "s", whole));
    }
    const size_t comma = inside.find(',');
    chosen.parameters[i] = ParameterFrom(Trimmed(inside.substr(0, comma)), row.parameters[i], name);
    if (comma == std::string_view::npos) return chosen;
    inside.remove_prefix(comma + 1);
  }
}

Plot PlotOf(std::span<const ChosenActivation> chosen, PlotRange range, bool with_derivative) {
  Plot plot{.title = TitleOf(chosen, with_derivative), .x_label = "x", .y_label = "", .curves = {}};
  for (const ChosenActivation& activation : chosen) {
    const Activation& row = *activation.row;
    Curve value = Sampled([&](double x) { return row.value(x, activation.parameters); }, range);
    value.label = activation.label;
    plot.curves.push_back(std::move(value));
    if (!with_derivative) continue;
    Curve slope = Sampled([&](double x) { return row.slope(x, activation.parameters); }, range);
    slope.label = activation.label + "'";
    slope.dashed = true;
    plot.curves.push_back(std::move(slope));
  }
  return plot;
}

}  // namespace ramp
