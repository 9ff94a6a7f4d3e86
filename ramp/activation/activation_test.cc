// The definitions: what the table says of each activation, and its values and slopes on every instruction set.
#include "ramp/activation/activation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/test_instruction_sets.h"
#include "ramp/activation/test_ulp_sweep.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"

namespace ramp {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<double> InitialParameters(const Activation& activation) {
  std::vector<double> parameters;
  for (const ActivationParameter& parameter : activation.parameters) parameters.push_back(parameter.initial);
  return parameters;
}

double Reference(const Activation& activation, double x) { return activation.value(x, InitialParameters(activation)); }
double Slope(const Activation& activation, double x) { return activation.slope(x, InitialParameters(activation)); }

std::vector<float> Forward(const Activation& activation, const std::vector<float>& input,
                           std::vector<uint64_t>* gates = nullptr) {
  std::vector<float> output(input.size(), kInfinity);
  ForwardArguments arguments{.units = input.size(), .input = input.data(), .output = output.data()};
  arguments.parameters = activation.initial_parameters();
  if (gates != nullptr) {
    gates->resize(Gates::WordsPerRow(input.size()));
    arguments.gates = gates->data();
  }
  KernelsOf(activation).forward(arguments);
  return output;
}

// dy/dx by the kernels, from what `source` names.
std::vector<float> Backward(const Activation& activation, const std::vector<float>& input, Saves source) {
  std::vector<uint64_t> gates;
  const std::vector<float> output = Forward(activation, input, &gates);
  const std::vector<float> ones(input.size(), 1);
  std::vector<float> slopes(input.size(), kInfinity);
  BackwardArguments arguments{.units = input.size(), .gradient = ones.data(), .input_gradient = slopes.data()};
  arguments.parameters = activation.initial_parameters();
  if (source == Saves::kGate) arguments.gates = gates.data();
  if (source == Saves::kOutput) arguments.output = output.data();
  if (source == Saves::kInput) arguments.input = input.data();
  KernelsOf(activation).backward(arguments);
  return slopes;
}

// Floats of all exponents and both signs, and the special ones.
std::vector<float> SampleOfFloats() {
  std::vector<float> sample = {0.0f, -0.0f, kInfinity, -kInfinity, kNan, -kNan, 1, -1, -18, -88.7f, 88.7f, -200, 200};
  for (uint32_t bits = 0; bits < 0xff800000u; bits += 65521) {
    const float value = std::bit_cast<float>(bits);
    if (std::isfinite(value)) sample.push_back(value);
  }
  return sample;
}

double GreatestSlope(const Activation& activation) {
  double greatest = 0;
  for (double x = -12; x <= 12; x += 1 / 128.0) greatest = std::max(greatest, std::abs(Slope(activation, x)));
  return greatest;
}

TEST(EveryActivation, CanBeFoundByItsName) {
  for (const Activation& activation : Activations()) {
    EXPECT_EQ(&FindActivation(activation.name), &activation);
    EXPECT_FALSE(activation.formula.empty()) << activation.name;
    EXPECT_FALSE(activation.derivative.empty()) << activation.name;
    EXPECT_FALSE(activation.onnx.empty()) << activation.name;
  }
}

TEST(FindActivation, NamesTheNearestForAnUnknownName) {
  EXPECT_EQ(FindActivationOrNull("rellu"), nullptr);
  try {
    FindActivation("rellu");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'relu'"), std::string::npos) << error.what();
  }
}

class TheValueAndTheSlope : public testing::TestWithParam<const Activation*> {};

// One of every 64 floats, over all exponents; tools/ulp_table takes them all.
TEST_P(TheValueAndTheSlope, AreTheirReferencesWithinTheAllowedUlp) {
  const Activation& activation = *GetParam();
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  const std::vector<SweepErrors> errors = ErrorsOf(activation, activation.initial_parameters(), targets, 64);
  const std::string table = ReadFileWhole(RAMP_SOURCE_DIR "/docs/measurements/ulp.md");
  for (size_t i = 0; i < targets.size(); ++i) {
    SCOPED_TRACE(hwy::TargetName(targets[i]));
    EXPECT_LE(errors[i].value.ulp, AllowedUlp(activation, targets[i])) << "at " << errors[i].value.input;
    EXPECT_LE(errors[i].slope.ulp, AllowedUlp(activation, targets[i])) << "of the slope at " << errors[i].slope.input;
    // A machine may have sets that the one that made the table has not.
    if (table.find(fmt::format("| {} |", hwy::TargetName(targets[i]))) == std::string::npos) continue;
    const std::string row = TableRow(activation, targets[i], errors[i]);
    EXPECT_NE(table.find(row), std::string::npos)
        << row
        << "\nis not in docs/measurements/ulp.md: make it anew by ulp_table --stride 64 > docs/measurements/ulp.md";
  }
}

std::vector<const Activation*> AllActivations() {
  std::vector<const Activation*> all;
  for (const Activation& activation : Activations()) all.push_back(&activation);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Of, TheValueAndTheSlope, testing::ValuesIn(AllActivations()),
                         [](const auto& info) { return std::string(info.param->name); });

struct OtherParameters {
  const char* name;
  ActivationParameters parameters;
};

TEST(Activations, AreTheirReferencesWithinTheAllowedUlpForOtherParametersToo) {
  const std::vector<OtherParameters> others = {
      {"elu", {0.5f}},       {"elu", {1.37f}}, {"celu", {0.5f}},    {"softplus", {2}},      {"softplus", {0.3f}},
      {"swish", {1.5f}},     {"swish", {0}},   {"prelu", {-2.5f}},  {"leaky_relu", {0.3f}}, {"hardtanh", {-2, 3.5f}},
      {"clipped_relu", {6}}, {"fatrelu", {0}}, {"softshrink", {0}},
  };
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  for (const OtherParameters& other : others) {
    const Activation& activation = FindActivation(other.name);
    const std::vector<SweepErrors> errors = ErrorsOf(activation, other.parameters, targets, 4096);
    for (size_t i = 0; i < targets.size(); ++i) {
      const double allowed = AllowedUlp(activation, targets[i]);
      EXPECT_LE(errors[i].value.ulp, allowed) << other.name << "(" << errors[i].value.input << ") with "
                                              << other.parameters[0] << " on " << hwy::TargetName(targets[i]);
      EXPECT_LE(errors[i].slope.ulp, allowed) << other.name << "'(" << errors[i].slope.input << ") with "
                                              << other.parameters[0] << " on " << hwy::TargetName(targets[i]);
    }
  }
}

TEST(EveryActivation, HasTheSameSlopeFromWhatItSaves) {
  const std::vector<float> input = SampleOfFloats();
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      const std::vector<float> exact = Backward(activation, input, Saves::kInput);
      const std::vector<float> slopes = Backward(activation, input, activation.saves);
      for (size_t i = 0; i < input.size(); ++i) {
        // The output has lost up to half a unit in its last place, relative to 1 where it saturates.
        const float allowed = activation.saves == Saves::kOutput ? 2e-7f : 0;
        if (exact[i] == slopes[i] || (std::isnan(exact[i]) && std::isnan(slopes[i]))) continue;
        ASSERT_NEAR(slopes[i], exact[i], allowed) << activation.name << "'(" << input[i] << ")";
      }
    }
  });
}

TEST(EveryActivation, SlopeIsTheDerivativeOfItsReference) {
  for (const Activation& activation : Activations()) {
    // The grid keeps off the kinks, which are multiples of 1/64 or of 0.1.
    for (double x = -8.03; x < 8; x += 0.0625) {
      const double step = 1e-5;
      const double difference = (Reference(activation, x + step) - Reference(activation, x - step)) / (2 * step);
      EXPECT_NEAR(Slope(activation, x), difference, 1e-8) << activation.name << " at " << x;
    }
  }
}

TEST(EveryActivation, StaysInItsRange) {
  const std::vector<float> input = SampleOfFloats();
  for (const Activation& activation : Activations()) {
    for (const float y : Forward(activation, input)) {
      if (std::isnan(y)) continue;
      EXPECT_GE(y, activation.low) << activation.name;
      EXPECT_LE(y, activation.high) << activation.name;
    }
  }
}

TEST(EveryActivation, LetsANanThrough) {
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      for (const float y : Forward(activation, std::vector<float>(100, kNan))) EXPECT_TRUE(std::isnan(y));
      // A rectifier's gate is open for it, so the gradient passes as well; other slopes become NaN themselves.
      for (const Saves source : {activation.saves, Saves::kInput}) {
        for (const float slope : Backward(activation, std::vector<float>(100, kNan), source)) {
          EXPECT_TRUE(std::isnan(slope) || slope == static_cast<float>(GreatestSlope(activation)))
              << activation.name << " " << slope;
        }
      }
    }
  });
}

TEST(EveryActivation, GivesItsLimitsAtTheInfinities) {
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      for (const float end : {kInfinity, -kInfinity}) {
        const auto limit = static_cast<float>(Reference(activation, end));
        for (const float y : Forward(activation, std::vector<float>(100, end))) {
          EXPECT_EQ(y, limit) << activation.name << "(" << end << ")";
        }
      }
    }
  });
}

TEST(EveryActivation, KeepsTheSignOfZeroThatItsReferenceHas) {
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      for (const float zero : {0.0f, -0.0f}) {
        const float y = Forward(activation, {zero})[0];
        const double exact = Reference(activation, zero);
        EXPECT_EQ(std::signbit(y), std::signbit(exact)) << activation.name << "(" << zero << ") = " << y;
      }
    }
  });
}

struct Edge {
  const char* name;
  float x, y, slope;
};

TEST(Activations, HaveTheKnownValuesAtTheEdges) {
  const std::vector<Edge> edges = {
      {"relu", kInfinity, kInfinity, 1},
      {"relu", -kInfinity, 0, 0},
      {"relu", 0.0f, 0, 0},
      {"leaky_relu", kInfinity, kInfinity, 1},
      {"leaky_relu", 0, 0, 0.01f},
      {"leaky_relu", -kInfinity, -kInfinity, 0.01f},
      {"prelu", 0, 0, 0.25f},
      {"prelu", -kInfinity, -kInfinity, 0.25f},
      {"elu", 0, 0, 1},
      {"elu", -kInfinity, -1, 0},
      {"elu", kInfinity, kInfinity, 1},
      {"elu", -1e-8f, -1e-8f, 1},
      {"sigmoid", 0, 0.5f, 0.25f},
      {"sigmoid", -kInfinity, 0, 0},
      {"sigmoid", -200, 0, 0},
      {"sigmoid", kInfinity, 1, 0},
      {"sigmoid", -103, 1.40129846e-45f, 0},
      {"tanh", kInfinity, 1, 0},
      {"tanh", -kInfinity, -1, 0},
      {"tanh", 0, 0, 1},
      {"tanh", 1e-30f, 1e-30f, 1},
      {"identity", -kInfinity, -kInfinity, 1},
      {"identity", 3e-44f, 3e-44f, 1},
  };
  OnEveryInstructionSet([&] {
    for (const Edge& edge : edges) {
      const Activation& activation = FindActivation(edge.name);
      EXPECT_EQ(Forward(activation, {edge.x})[0], edge.y) << edge.name << "(" << edge.x << ")";
      EXPECT_NEAR(Backward(activation, {edge.x}, Saves::kInput)[0], edge.slope, 1e-37)
          << edge.name << "'(" << edge.x << ")";
    }
  });
}

TEST(EveryGate, IsOpenWhereTheDerivativeSaysSo) {
  const std::vector<float> input = SampleOfFloats();
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      std::vector<uint64_t> words;
      Forward(activation, input, &words);
      const Gates gates(words.data(), 1, input.size());
      const double greatest = GreatestSlope(activation);
      for (size_t i = 0; i < input.size(); ++i) {
        // Where the gate is the derivative, open is where that is greatest, or unknown; the others keep the sign.
        const bool is_gate =
            (activation.saves == Saves::kGate && activation.name != "identity") || activation.learned();
        const bool open = activation.name == "relu2" ? !(input[i] <= 0)
                          : is_gate                  ? std::isnan(input[i]) || Slope(activation, input[i]) == greatest
                                                     : input[i] > 0;
        ASSERT_EQ(gates.IsOpen(0, i), open) << activation.name << "(" << input[i] << ")";
      }
    }
  });
}

// The mean of f(z)^2 for a standard normal z.
double SecondMoment(const Activation& activation) {
  double sum = 0;
  for (double z = -12; z <= 12; z += 1e-3) {
    const double y = Reference(activation, z);
    sum += y * y * std::exp(-z * z / 2) * 1e-3;
  }
  return sum / std::sqrt(2 * std::acos(-1.0));
}

TEST(EveryActivation, HasTheLipschitzConstantOfItsReference) {
  for (const Activation& activation : Activations()) {
    double steepest = 0;
    for (double x = -12; x <= 12; x += 1e-3) {
      steepest = std::max(steepest, std::abs(Reference(activation, x + 1e-3) - Reference(activation, x)) / 1e-3);
    }
    if (std::isinf(activation.lipschitz)) {
      EXPECT_GT(steepest, 20) << activation.name;
    } else {
      EXPECT_NEAR(steepest, activation.lipschitz, 2e-3) << activation.name;
    }
  }
}

std::vector<std::string_view> NamesOf(bool (Activation::*property)() const) {
  std::vector<std::string_view> names;
  for (const Activation& activation : Activations()) {
    if ((activation.*property)()) names.push_back(activation.name);
  }
  return names;
}

TEST(Activations, KnowWhichOfThemSaturate) {
  const std::vector<std::string_view> expected = {"relu6",   "clipped_relu", "hardtanh", "hardsigmoid",
                                                  "sigmoid", "tanh",         "softsign"};
  EXPECT_EQ(NamesOf(&Activation::saturates), expected);
}

TEST(Activations, KnowWhichOfThemAreZeroCentred) {
  const std::vector<std::string_view> expected = {"hardtanh", "hardshrink", "softshrink",
                                                  "identity", "tanh",       "softsign"};
  EXPECT_EQ(NamesOf(&Activation::zero_centred), expected);
}

TEST(Activations, KnowThatTheGatedUnitsAreNotMonotone) {
  for (const Activation& activation : Activations()) {
    const std::vector<std::string_view> others = {"hardswish", "gelu", "gelu_tanh", "silu", "swish", "mish"};
    EXPECT_EQ(activation.monotone(), std::ranges::count(others, activation.name) == 0) << activation.name;
  }
}

TEST(EveryGain, KeepsTheSecondMoment) {
  for (const Activation& activation : Activations()) {
    // By custom sigmoid takes Glorot's 1, and tanh the square of 5/3, a tenth more than would keep it.
    if (activation.name == "sigmoid") continue;
    EXPECT_NEAR(activation.gain * SecondMoment(activation), 1, 0.1) << activation.name;
  }
}

}  // namespace
}  // namespace ramp
