// Models as other programs write them, in the forms of their opsets, against the definitions of ONNX's operators.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <functional>
#include <map>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/network/plan.h"
#include "ramp/onnx/model_file.h"
#include "ramp/onnx/test_foreign_models.h"
#include "ramp/onnx/test_interpreter.h"

namespace ramp {
namespace {

using Model = ForeignModel;
using Sizes = ForeignModel::Sizes;

// What the model's program would compute, and what the network that is read computes.
void ExpectTheSame(const onnx::ModelProto& model, const Sizes& input, const std::string& text, bool tokens = false) {
  constexpr size_t kBatch = 3;
  ModelFile read = ReadModelBytes(model.SerializeAsString(), "model.onnx");
  const Network& network = read.network;
  if (!text.empty()) {
    EXPECT_EQ(network.Text(), text);
  }
  Interpreter::Tensor x{.sizes = {kBatch}};
  for (const int64_t size : input) x.sizes.push_back(static_cast<size_t>(size));
  const size_t count = network.input_shape().count(), channels = network.input_shape().units();
  Random random(5);
  for (size_t i = 0; i < kBatch * count; ++i) {
    x.values.push_back(tokens ? static_cast<double>(random.Below(9))
                              : static_cast<double>(static_cast<float>(random.Normal())));
  }
  const Interpreter::Tensor expected = Interpreter(model).Run(x);
  Plan plan(network, kBatch, PlanMode::kInference);
  for (size_t i = 0; i < x.values.size(); ++i) {
    size_t to = i;
    if (read.channels_moved)
      to = i / count * count + i % count % (count / channels) * channels + i % count / (count / channels);
    plan.input()[to] = static_cast<float>(x.values[i]);
  }
  plan.Forward();
  ASSERT_EQ(plan.output().size(), expected.values.size());
  for (size_t i = 0; i < expected.values.size(); ++i) {
    ASSERT_NEAR(plan.output()[i], expected.values[i], 2e-5 * (1 + std::abs(expected.values[i]))) << network.Text();
  }
}

TEST(AForeignModel, ComputesWhatTheDefinitionsOfItsOperatorsSay) {
  for (const ForeignCase& example : ForeignCases()) {
    for (const int64_t opset : kForeignOpsets) {
      SCOPED_TRACE(fmt::format("{}, opset {}", example.name, opset));
      Model model(opset, example.input);
      const std::string output = example.build(model);
      ASSERT_NO_THROW(ExpectTheSame(model.Finish(output), example.input, example.text, example.tokens));
    }
  }
}

TEST(AForeignModel, MayWriteALabelBesideItsProbabilities) {
  Model model(17, {4});
  const std::string probabilities = model.Node("Softmax", {model.Dense("x", 4, 3)});
  onnx::ModelProto& proto = model.Finish(model.Node("ArgMax", {probabilities}));
  proto.mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::INT64);
  onnx::ValueInfoProto& second = *proto.mutable_graph()->add_output();
  second.set_name(probabilities);
  second.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  EXPECT_EQ(ReadModelBytes(proto.SerializeAsString(), "model.onnx").network.Text(), "dense 3, softmax");
}

TEST(AForeignModel, OfAFixedBatchMayReshapeToIt) {
  Model model(17, {2, 3});
  const std::string flat = model.Node("Reshape", {"x", model.Integers({4, 6})});
  onnx::ModelProto& proto = model.Finish(model.Dense(flat, 6, 2));
  EXPECT_THROW(ReadModelBytes(proto.SerializeAsString(), "model.onnx"), Error);
  proto.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(4);
  EXPECT_EQ(ReadModelBytes(proto.SerializeAsString(), "model.onnx").network.Text(), "dense 2");
}

// What would need a size of its own, or an operator that is not there, is refused with its name.
TEST(AForeignModel, IsRefusedWithTheNodeThatIsNotKnown) {
  const std::map<std::string, std::function<std::string(Model&)>> cases = {
      {"(Sin)", [](Model& m) { return m.Node("Sin", {"x"}); }},
      {"(MatMul)",
       [](Model& m) {
         return m.Node("MatMul", {"x", "x"});
       }},
      {"(Transpose)",
       [](Model& m) {
         return m.Transpose("x", {1, 0, 2, 3});
       }},
      {"(Reshape)",
       [](Model& m) {
         return m.Node("Reshape", {"x", m.Integers({5, -1})});
       }},
      {"(Expand)",
       [](Model& m) {
         return m.Node("Expand", {"x", m.Integers({1, 1})});
       }},
      {"(Pad)",
       [](Model& m) {
         return m.Node("Pad", {"x", m.Integers({0, 0, 0, 0, 0, 0, 0, 1 << 30})});
       }},
      {"(Cast)",
       [](Model& m) {
         m.Node("Cast", {"x"});
         return m.Node("Relu", {m.With("to", int64_t{7}).Last()});
       }},
      {"(Mul)",
       [](Model& m) {
         const std::string twice =
             m.Node("Mul", {m.Node("Gather", {m.Node("Shape", {"x"}), m.Integer(0)}), m.Integer(2)});
         return m.Node("Reshape", {"x", m.Concat({m.Unsqueeze(twice, {0}), m.Integers({-1})}, 0)});
       }},
  };
  for (const auto& [title, build] : cases) {
    Model model(13, {3, 4, 4});
    const std::string output = build(model);
    try {
      ReadModelBytes(model.Finish(output).SerializeAsString(), "model.onnx");
      ADD_FAILURE() << title;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(title), std::string::npos) << error.what();
    }
  }
}

TEST(AForeignModel, CannotAskForMoreValuesThanANetworkHas) {
  Model model(13, {16, 16, 16});
  std::string value = "x";
  for (int i = 0; i < 60; ++i) value = model.Concat({value, value}, 1);
  EXPECT_THROW(ReadModelBytes(model.Finish(value).SerializeAsString(), "model.onnx"), Error);
  Model folded(13, {4});
  value = folded.Weight({4});
  for (int i = 0; i < 60; ++i) value = folded.Concat({value, value}, 0);
  EXPECT_THROW(ReadModelBytes(folded.Finish(folded.Node("Add", {"x", value})).SerializeAsString(), "model.onnx"),
               Error);
}

}  // namespace
}  // namespace ramp
