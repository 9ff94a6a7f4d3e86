#include "ramp/activation/activation.h"

#include <algorithm>
#include <cmath>

#include "ramp/activation/activations-inl.h"
#include "ramp/base/error.h"

namespace ramp {
namespace {

template <class Definition>
Activation RowOf() {
  constexpr const auto& about = Definition::about;
  Activation row;
  row.name = about.name;
  row.formula = about.formula;
  row.derivative = about.derivative;
  row.onnx = about.onnx;
  row.source = about.source;
  row.gated = about.gated;
  row.gated_twice = about.gated_twice;
  row.random_slope = about.random_slope;
  row.saves = about.saves;
  row.low = about.low;
  row.high = about.high;
  row.lipschitz = about.lipschitz;
  row.gain = about.gain;
  for (const ActivationParameter& parameter : about.parameters) {
    if (!parameter.name.empty()) row.parameters.push_back(parameter);
  }
  row.value = Definition::Reference;
  row.slope = Definition::ReferenceSlope;
  return row;
}

template <class... Definitions>
std::vector<Activation> RowsOf(family::HWY_NAMESPACE::ActivationList<Definitions...>) {
  return {RowOf<Definitions>()...};
}

// The reference with the initial parameters.
class ReferenceAtStart {
 public:
  explicit ReferenceAtStart(const Activation& activation) : activation_(activation) {
    const ActivationParameters initial = activation.initial_parameters();
    parameters_.assign(initial.begin(), initial.end());
  }
  double operator()(double x) const { return activation_.value(x, parameters_); }

 private:
  const Activation& activation_;
  std::vector<double> parameters_;
};

}  // namespace

bool Activation::saturates() const { return std::isfinite(low) && std::isfinite(high); }

namespace {

// Calls f(x) for a grid of inputs that is fine enough to show the shape of each activation.
template <class F>
bool HoldsOnGrid(const F& f) {
  for (int i = -1200; i <= 1200; ++i) {
    if (!f(i / 100.0)) return false;
  }
  return true;
}

}  // namespace

bool Activation::monotone() const {
  const ReferenceAtStart f(*this);
  return HoldsOnGrid([&](double x) { return f(x) <= f(x + 0.01); });
}

bool Activation::zero_centred() const {
  const ReferenceAtStart f(*this);
  return HoldsOnGrid([&](double x) { return f(x) == -f(-x); });
}

ActivationParameters Activation::initial_parameters() const {
  ActivationParameters initial = {};
  for (size_t i = 0; i < parameters.size(); ++i) initial[i] = parameters[i].initial;
  return initial;
}

std::span<const Activation> Activations() {
  static const std::vector<Activation> rows = RowsOf(family::HWY_NAMESPACE::Family());
  return rows;
}

const Activation* FindActivationOrNull(std::string_view name) {
  const auto rows = Activations();
  const auto found = std::ranges::find(rows, name, &Activation::name);
  return found == rows.end() ? nullptr : &*found;
}

const Activation& FindActivation(std::string_view name) {
  if (const Activation* found = FindActivationOrNull(name)) return *found;
  std::vector<std::string> names;
  for (const Activation& row : Activations()) names.emplace_back(row.name);
  throw UsageError("there is no activation '" + std::string(name) + "'" + DidYouMean(name, names) +
                   "; `ramp activations` lists the family");
}

}  // namespace ramp
