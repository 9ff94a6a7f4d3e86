// The ONNX forms of the activations: what is written is recognised, whatever the order of the arguments.
#include "ramp/network/activation_onnx.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// Writes into the form that import reads.
class GraphBuilder final : public OnnxWriter {
 public:
  GraphBuilder() {
    graph_.input = "x";
    graph_.opset = 17;
  }
  std::string Node(std::string_view op, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes = {}) override {
    const std::string name = fmt::format("{}_{}", op, graph_.nodes.size());
    graph_.nodes.push_back({name, std::string(op), inputs, {name}, attributes});
    return name;
  }
  std::string Initializer(std::string_view name, const Shape& shape, std::span<const float> values) override {
    const std::string unique = fmt::format("{}_{}", name, graph_.initializers.size());
    graph_.initializers[unique] = {shape, {values.begin(), values.end()}};
    return unique;
  }
  std::string Integers(std::string_view name, const std::vector<int64_t>& values) override {
    return Initializer(name, {values.size()}, std::vector<float>(values.begin(), values.end()));
  }
  std::string Number(float value) { return Initializer("number", {}, {&value, 1}); }
  OnnxGraph& Finish() {
    graph_.Connect();
    return graph_;
  }

 private:
  OnnxGraph graph_;
};

// What begins at the first node.
std::optional<MatchedActivation> Match(const OnnxGraph& graph, std::span<const Activation> family = Activations(),
                                       const Shape& shape = {3}) {
  return MatchActivation({.graph = graph, .index = 0, .values = {"x"}, .shapes = {shape}}, family);
}

// A value of each parameter that is not its usual one.
std::vector<float> UnusualParameters(const Activation& activation) {
  std::vector<float> values;
  for (const ActivationParameter& parameter : activation.parameters) {
    values.push_back(std::min(parameter.initial + 0.375f, parameter.high));
  }
  return values;
}

Activation Row(std::string_view name, std::string_view onnx, std::vector<ActivationParameter> parameters = {}) {
  Activation row;
  row.name = name;
  row.onnx = onnx;
  row.parameters = std::move(parameters);
  return row;
}

const ActivationParameter kBeta = {"beta", 1, 0, 10, false, "steepness"};

TEST(EveryActivation, IsRecognisedInWhatItWrites) {
  for (const Activation& activation : Activations()) {
    SCOPED_TRACE(activation.name);
    GraphBuilder builder;
    const std::vector<float> parameters = UnusualParameters(activation);
    const std::vector<float> learned = activation.learned() ? std::vector<float>{0.5f, -2, 3} : std::vector<float>{};
    const std::string output = WriteActivation(builder, "x", activation, parameters, learned);
    const OnnxGraph& graph = builder.Finish();
    const auto matched = Match(graph);
    ASSERT_TRUE(matched);
    EXPECT_EQ(matched->activation, &activation);
    EXPECT_EQ(matched->output, output);
    EXPECT_EQ(matched->nodes.size(), graph.nodes.size());
    EXPECT_EQ(matched->learned, learned);
    for (size_t i = activation.learned() ? 1 : 0; i < parameters.size(); ++i) {
      EXPECT_EQ(matched->parameters[i], parameters[i]) << activation.parameters[i].name;
    }
  }
}

TEST(EveryActivation, HasAnOnnxFormThatBeginsAtItsInput) {
  for (const Activation& activation : Activations()) {
    SCOPED_TRACE(activation.name);
    GraphBuilder builder;
    WriteActivation(builder, "x", activation, UnusualParameters(activation), std::vector<float>{1});
    EXPECT_TRUE(builder.Finish().readers.contains("x"));
  }
}

TEST(AnActivationInOnnx, MayHaveItsArgumentsInEitherOrder) {
  const Activation silu[] = {Row("silu", "Mul(x, Sigmoid(Mul(beta, x)))", {kBeta})};
  for (const bool swap_outer : {false, true}) {
    for (const bool swap_inner : {false, true}) {
      GraphBuilder builder;
      const std::string beta = builder.Number(1.5f);
      const std::string inner =
          builder.Node("Mul", swap_inner ? std::vector<std::string>{"x", beta} : std::vector<std::string>{beta, "x"});
      const std::string gate = builder.Node("Sigmoid", {inner});
      const std::string output =
          builder.Node("Mul", swap_outer ? std::vector<std::string>{"x", gate} : std::vector<std::string>{gate, "x"});
      const auto matched = Match(builder.Finish(), silu);
      ASSERT_TRUE(matched) << swap_outer << swap_inner;
      EXPECT_EQ(matched->parameters[0], 1.5f);
      EXPECT_EQ(matched->output, output);
      EXPECT_EQ(matched->nodes.size(), 3u);
    }
  }
}

TEST(AnActivationInOnnx, IsTheOneThatCoversTheMostNodes) {
  const Activation family[] = {Row("sigmoid", "Sigmoid(x)"), Row("silu", "Mul(x, Sigmoid(x))")};
  GraphBuilder builder;
  WriteActivation(builder, "x", family[1], {}, {});
  const auto matched = Match(builder.Finish(), family);
  ASSERT_TRUE(matched);
  EXPECT_EQ(matched->activation, &family[1]);
}

TEST(AnActivationInOnnx, HasNoInnerValueThatOthersRead) {
  const Activation family[] = {Row("sigmoid", "Sigmoid(x)"), Row("silu", "Mul(x, Sigmoid(x))")};
  GraphBuilder builder;
  const std::string sigmoid = builder.Node("Sigmoid", {"x"});
  builder.Node("Mul", {"x", sigmoid});
  builder.Node("Neg", {sigmoid});
  const auto matched = Match(builder.Finish(), family);
  ASSERT_TRUE(matched);
  EXPECT_EQ(matched->activation, &family[0]);
}

TEST(AnActivationInOnnx, MayHaveSeveralForms) {
  const Activation family[] = {Row("softsign", "Softsign(x)")};
  for (const bool first : {true, false}) {
    GraphBuilder builder;
    if (first) {
      WriteActivation(builder, "x", family[0], {}, {});
    } else {
      builder.Node("Div", {"x", builder.Node("Add", {builder.Number(1), builder.Node("Abs", {"x"})})});
    }
    const auto matched = Match(builder.Finish(), family);
    ASSERT_TRUE(matched);
    EXPECT_EQ(matched->nodes.size(), first ? 1u : 3u);
  }
}

TEST(AnActivationInOnnx, AgreesWithItselfAboutAParameterThatOccursTwice) {
  const Activation softplus[] = {Row("softplus", "Div(Softplus(Mul(x, beta)), beta)", {kBeta})};
  for (const float divisor : {2.0f, 3.0f}) {
    GraphBuilder builder;
    const std::string product = builder.Node("Mul", {"x", builder.Number(2)});
    builder.Node("Div", {builder.Node("Softplus", {product}), builder.Number(divisor)});
    EXPECT_EQ(Match(builder.Finish(), softplus).has_value(), divisor == 2.0f) << divisor;
  }
}

TEST(AnActivationInOnnx, IsNotWhatOnlyLooksLikeIt) {
  const Activation family[] = {Row("hardsigmoid", "HardSigmoid(x, alpha=0.25, beta=0.5)"),
                               Row("relu6", "Clip(x, 0, 6)"), Row("sharp", "Elu(x, alpha=beta)", {kBeta}),
                               Row("half", "Div(x, 2)")};
  const auto matches = [&](const auto& build) {
    GraphBuilder builder;
    build(builder);
    return Match(builder.Finish(), family).has_value();
  };
  EXPECT_TRUE(matches([](GraphBuilder& b) { b.Node("HardSigmoid", {"x"}, {{"alpha", 0.25f}}); })) << "beta by default";
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("HardSigmoid", {"x"}); })) << "another alpha by default";
  EXPECT_FALSE(matches([](GraphBuilder& b) {
    b.Node("HardSigmoid", {"x"}, {{"alpha", 0.25f}, {"mode", std::string("odd")}});
  })) << "an attribute that is not known";
  EXPECT_TRUE(matches([](GraphBuilder& b) { b.Node("Clip", {"x", b.Number(0), b.Number(6)}); }));
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("Clip", {"x", b.Number(0), b.Number(5)}); })) << "another number";
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("Clip", {"x", b.Number(0)}); })) << "too few inputs";
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("Clip", {"x", "x", b.Number(6)}); })) << "a limit that varies";
  EXPECT_TRUE(matches([](GraphBuilder& b) { b.Node("Elu", {"x"}, {{"alpha", 10.0f}}); }));
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("Elu", {"x"}, {{"alpha", 11.0f}}); })) << "outside of the range";
  EXPECT_FALSE(matches([](GraphBuilder& b) { b.Node("Div", {b.Number(2), "x"}); })) << "a quotient has an order";
}

TEST(AnActivationInOnnx, MayLearnOneSlopeForAllUnitsButNoneForOtherAxes) {
  const auto learned = [](const Shape& shape) {
    GraphBuilder builder;
    const std::vector<float> slopes(shape.count(), 0.5f);
    builder.Node("PRelu", {"x", builder.Initializer("slope", shape, slopes)});
    const auto matched = Match(builder.Finish(), Activations(), {5, 4, 4});
    return matched ? matched->learned.size() : 0;
  };
  EXPECT_EQ(learned({4}), 4u);
  EXPECT_EQ(learned({1, 4}), 4u);
  EXPECT_EQ(learned({1}), 1u);
  EXPECT_EQ(learned({4, 1, 1}), 0u);
}

TEST(AnOnnxFormWithAMistake, IsRefusedWithThePlace) {
  for (const std::string_view form :
       {"", "Relu(", "Relu(x", "Relu(x))", "Relu(y)", "Clip(x, 1e)", "Elu(x, alpha=)", "Relu(x) y", "Mul(x,, x)"}) {
    GraphBuilder builder;
    try {
      WriteActivation(builder, "x", Row("mistaken", form), {}, {});
      ADD_FAILURE() << form;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("activation 'mistaken'"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("at character"), std::string::npos) << error.what();
    }
  }
}

TEST(AHostileGraph, DoesNotKeepTheMatcherBusy) {
  GraphBuilder builder;
  for (size_t i = 0; i < 100000; ++i) builder.Node("Mul", {"x", "x"});
  EXPECT_FALSE(Match(builder.Finish()));
}

}  // namespace
}  // namespace ramp
