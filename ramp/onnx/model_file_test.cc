// Model files: what is written is read again, models of other programs are understood, and damaged ones are refused
// with a sentence.
#include "ramp/onnx/model_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/network/plan.h"
#include "ramp/onnx/graph_format.h"

namespace ramp {
namespace {

Network MakeNetwork(const std::string& text, const Shape& input) {
  Network network(text, input, 3);
  Initialize(network, "", 1);
  // No bias and no slope stays at its initial value.
  Random random(2);
  for (const PlacedBlock& block : network.blocks()) {
    for (float& value : network.parameters(block)) value += static_cast<float>(random.Uniform(0.01, 0.1));
  }
  std::vector<float> inputs(100 * input.count());
  for (float& value : inputs) value = static_cast<float>(random.Normal());
  FitInputs(network, inputs);
  return network;
}

std::vector<float> Outputs(const Network& network, size_t batch) {
  Plan plan(network, batch, PlanMode::kInference);
  Random random(3);
  for (float& value : plan.input()) value = static_cast<float>(random.Normal());
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}

ModelFile Reread(const Network& network, const Metadata& metadata = {}) {
  return ReadModelBytes(WriteGraph(network, metadata), "model.onnx");
}

// What the reader says of these bytes; empty when it takes them.
std::string Complaint(std::string_view bytes) {
  try {
    ReadModelBytes(bytes, "model.onnx");
    return "";
  } catch (const UsageError& error) {
    return std::string("wrong usage, where a file is wrong: ") + error.what();
  } catch (const Error& error) {
    return error.what();
  }
}

// A model of another program, made piece by piece: an input [batch, 2], an output "y".
class ForeignModel {
 public:
  ForeignModel() {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(17);
    AddInput("x", {-1, 2});
    graph().add_output()->set_name("y");
  }
  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  // A size of -1 is left free.
  onnx::ValueInfoProto& AddInput(const std::string& name, const std::vector<int64_t>& sizes) {
    onnx::ValueInfoProto& input = *graph().add_input();
    input.set_name(name);
    input.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int64_t size : sizes) {
      auto* axis = input.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
      if (size == -1) {
        axis->set_dim_param("batch");
      } else {
        axis->set_dim_value(size);
      }
    }
    return input;
  }
  onnx::NodeProto& AddNode(const std::string& op, const std::vector<std::string>& inputs, const std::string& output) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(op + "_node");
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
  }
  onnx::TensorProto& AddTensor(const std::string& name, const std::vector<int64_t>& sizes,
                               const std::vector<float>& values) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const int64_t size : sizes) tensor.add_dims(size);
    for (const float value : values) tensor.add_float_data(value);
    return tensor;
  }
  static void SetInt(onnx::NodeProto& node, const std::string& name, int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  static void SetFloat(onnx::NodeProto& node, const std::string& name, float value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  std::string bytes() const { return model_.SerializeAsString(); }
  Network Read() const { return std::move(ReadModelBytes(bytes(), "model.onnx").network); }

 private:
  onnx::ModelProto model_;
};

// y = x [[1, 2, 3], [4, 5, 6]] + [7, 8, 9] at x = (1, 10).
const std::vector<float> kAnswer = {48, 60, 72};

std::vector<float> AnswerAt(const Network& network, float first, float second) {
  Plan plan(network, 1, PlanMode::kInference);
  EXPECT_EQ(plan.input().size(), 2u);
  plan.input()[0] = first;
  plan.input()[1] = second;
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}
std::vector<float> AnswerOf(const Network& network) { return AnswerAt(network, 1, 10); }

TEST(EveryActivation, SurvivesTheModelFileWithItsParameters) {
  for (const Activation& activation : Activations()) {
    for (const bool unusual : {false, true}) {
      std::string text(activation.name);
      for (const ActivationParameter& parameter : activation.parameters) {
        if (unusual) text += fmt::format(" {}", std::min(parameter.initial + 0.375f, parameter.high));
      }
      SCOPED_TRACE(text);
      const Network network = MakeNetwork("dense 5, " + text + ", dense", {4});
      const Network read = std::move(Reread(network).network);
      EXPECT_EQ(read.nodes()[1].layer->activation(), &activation);
      EXPECT_TRUE(activation.learned() || read.Text() == network.Text()) << read.Text();
      EXPECT_EQ(Outputs(read, 7), Outputs(network, 7));
    }
  }
}

TEST(TheModelFile, GivesBackNetworkParametersAndMetadata) {
  const Metadata metadata = {{kEncodingKey, "{\"a\": 1}"}, {"note", ""}};
  for (const auto& [text, shape] : std::vector<std::pair<std::string, Shape>>{
           {"dense", {1}},
           {"dense 8, relu, dense 4, tanh, dense", {6}},
           {"dense 8, relu, dense", {4, 3, 1}},
           {"relu, dense", {2, 3}},
           {"relu", {5}},
           {"relu", {2, 2}},
           {"conv 4 3x3, relu, maxpool 2, dense", {6, 5, 2}},
           {"conv 4 3x2 stride 2x1 pad 1x0 2, batchnorm, relu, dense", {9, 7, 2}},
           {"conv 6 3x3 pad valid dilation 2 groups 2, global_average", {9, 7, 2}},
           {"conv 6 1x1, averagepool 3x2 stride 1 pad 1x0, global_max", {4, 4, 1}},
           {"conv1d 6 3 stride 2, relu, maxpool 2, averagepool 2, dense", {20, 3}},
           {"layernorm, batchnorm 0.25, dense 4, batchnorm, layernorm 0.5", {4, 3}},
           {"dense 6, relu, residual(dense 6, relu, dense 6), concat(dense 3 | tanh), dense", {4}},
           {"average(dense 8, relu, dense 3 | dense 3)", {4}},
           {"vote(hinges 5 4, relu, dense 3 | dense 3 | dense 8, relu, dense 3)", {4}},
           {"concat(hinges 5 4 1 3-4, relu | hinges 6 16 | dense 3), dense 3", {4}},
           {"conv 4 3x3, product( | global_average, reshape 1 1 4, conv 4 1x1, sigmoid), global_max", {6, 5, 2}},
           {"conv 4 3x3, flatten, relu, dense", {6, 5, 2}},
           {"conv 4 3x3, transpose 2 1 3, slice 1 2 5 2, padding 2 1 2 0.5, affine, affine all, dense", {6, 5, 2}},
           {"a: dense 5, b: relu, residual(a | b), c: dense 5, residual(b | c), softmax", {4}}}) {
    SCOPED_TRACE(text);
    const Network network = MakeNetwork(text, shape);
    const ModelFile read = Reread(network, metadata);
    EXPECT_EQ(read.metadata, metadata);
    EXPECT_EQ(read.network.Text(), network.Text());
    EXPECT_EQ(read.network.input_shape(), network.input_shape());
    EXPECT_TRUE(std::ranges::equal(read.network.parameters(), network.parameters()));
    EXPECT_EQ(Outputs(read.network, 3), Outputs(network, 3));
  }
}

TEST(ARectifierInAnotherDress, IsReadAsOne) {
  using Build = std::function<void(ForeignModel&)>;
  struct Case {
    const char* what;
    Build build;
    float below;  // of -2
  };
  const auto number = [](ForeignModel& model, const std::string& name, float value) {
    model.AddTensor(name, {}, {value});
  };
  const Case cases[] = {
      {"Max(x, 0)",
       [&](ForeignModel& m) {
         number(m, "z", 0), m.AddNode("Max", {"x", "z"}, "y");
       },
       0},
      {"Max(0, x)",
       [&](ForeignModel& m) {
         number(m, "z", 0), m.AddNode("Max", {"z", "x"}, "y");
       },
       0},
      {"Clip from 0",
       [&](ForeignModel& m) {
         number(m, "z", 0), m.AddNode("Clip", {"x", "z"}, "y");
       },
       0},
      {"Clip from 0, no end named",
       [&](ForeignModel& m) {
         number(m, "z", 0), m.AddNode("Clip", {"x", "z", ""}, "y");
       },
       0},
      {"Where above 0, else a tenth",
       [&](ForeignModel& m) {
         number(m, "z", 0), number(m, "s", 0.1f);
         m.AddNode("Greater", {"x", "z"}, "open");
         m.AddNode("Mul", {"x", "s"}, "small");
         m.AddNode("Where", {"open", "x", "small"}, "y");
       },
       -0.2f},
      {"the larger of x and a tenth",
       [&](ForeignModel& m) {
         number(m, "s", 0.1f);
         m.AddNode("Mul", {"x", "s"}, "small");
         m.AddNode("Max", {"x", "small"}, "y");
       },
       -0.2f},
  };
  for (const Case& c : cases) {
    ForeignModel model;
    c.build(model);
    ASSERT_EQ(Complaint(model.bytes()), "") << c.what;
    const Network network = model.Read();
    EXPECT_NE(network.nodes().back().layer->activation(), nullptr) << c.what;
    EXPECT_EQ(AnswerAt(network, 3, -2), (std::vector<float>{3, c.below})) << c.what;
  }
}

TEST(ARegression, MayEndInNumbersWithoutAnAxis) {
  ForeignModel model;
  model.AddTensor("w", {2, 1}, {1, 2});
  model.AddTensor("b", {1}, {0.5f});
  model.AddNode("Gemm", {"x", "w", "b"}, "a");
  onnx::TensorProto& axis = model.AddTensor("axis", {1}, {});
  axis.set_data_type(onnx::TensorProto::INT64);
  axis.add_int64_data(-1);
  model.AddNode("Squeeze", {"a", "axis"}, "y");
  ASSERT_EQ(Complaint(model.bytes()), "");
  EXPECT_EQ(AnswerAt(model.Read(), 3, -2), (std::vector<float>{-0.5f}));
}

TEST(TheModelFile, KeepsTheRowsOfTokens) {
  const Network network = MakeNetwork("embedding 4 9, conv1d 6 1, global_average, dense 3, log_softmax", {7});
  const Network read = std::move(Reread(network).network);
  EXPECT_EQ(read.Text(), network.Text());
  EXPECT_TRUE(std::ranges::equal(read.parameters(), network.parameters()));
}

// As other layers, where the operators do not tell which they were.
TEST(TheModelFile, ComputesTheSameWhereItsLayersAreNotRecognised) {
  for (const auto& [text, shape] : std::vector<std::pair<std::string, Shape>>{
           {"dense 8, reglu, dense 8, swiglu, dense", {4}},
           {"dense 4, crelu, dense", {4}},
           {"dense 6, residual(relu | tanh | ), product(relu | tanh | ), dense", {4}},
           {"conv 4 3x3, product( | global_average), dense", {6, 5, 2}}}) {
    SCOPED_TRACE(text);
    const Network network = MakeNetwork(text, shape);
    const Network read = std::move(Reread(network).network);
    const std::vector<float> expected = Outputs(network, 3), found = Outputs(read, 3);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-5) << read.Text();
  }
}

TEST(TheModelFile, LeavesOutWhatOnlyTrainingDoes) {
  EXPECT_EQ(Reread(MakeNetwork("dense 4, relu, dropout 0.2, dense", {2})).network.Text(), "dense 4, relu, dense 3");
  EXPECT_EQ(Reread(MakeNetwork("dropout 0.2", {2})).network.Text(), "identity");
}

TEST(TheModelFile, IsOpset17WithAFreeBatch) {
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(WriteGraph(MakeNetwork("dense 4, relu, dense", {3, 2}), {})));
  EXPECT_EQ(model.ir_version(), 8);
  ASSERT_EQ(model.opset_import_size(), 1);
  EXPECT_EQ(model.opset_import(0).version(), 17);
  ASSERT_EQ(model.graph().input_size(), 1);
  const onnx::ValueInfoProto& input = model.graph().input(0);
  EXPECT_EQ(input.name(), "input");
  ASSERT_EQ(input.type().tensor_type().shape().dim_size(), 3);
  EXPECT_EQ(input.type().tensor_type().shape().dim(0).dim_param(), "batch");
  EXPECT_EQ(input.type().tensor_type().shape().dim(1).dim_value(), 3);
  EXPECT_EQ(model.graph().output(0).name(), "output");
  EXPECT_EQ(model.graph().output(0).type().tensor_type().shape().dim(1).dim_value(), 3);
}

TEST(TheModelFile, IsTheSameForTheSameNetwork) {
  EXPECT_EQ(WriteGraph(MakeNetwork("dense 4, relu, dense", {2}), {{"a", "b"}, {"c", "d"}}),
            WriteGraph(MakeNetwork("dense 4, relu, dense", {2}), {{"c", "d"}, {"a", "b"}}));
}

TEST(TheModelFile, IsReplacedWholeOrNotAtAll) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "ramp_model_file_test";
  std::filesystem::create_directories(folder);
  const std::string path = folder / "model.onnx";
  const Network network = MakeNetwork("dense 4, relu, dense", {2});
  WriteModel(path, network, {});
  EXPECT_EQ(ReadModel(path).network.Text(), network.Text());
  EXPECT_THROW(WriteModel(folder / "nowhere" / "model.onnx", network, {}), Error);
  EXPECT_THROW(WriteModel("/dev/full", network, {}), Error);
  std::filesystem::remove_all(folder);
}

TEST(AModelOfAnotherProgram, MayWriteADenseLayerInManyWays) {
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6}, transposed = {1, 4, 2, 5, 3, 6};
  const std::map<std::string, std::function<void(ForeignModel&)>> ways = {
      {"Gemm",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"Gemm of transposed weights",
       [&](ForeignModel& m) {
         m.AddTensor("w", {3, 2}, transposed);
         ForeignModel::SetInt(m.AddNode("Gemm", {"x", "w", "b"}, "y"), "transB", 1);
       }},
      {"MatMul and Add",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("MatMul", {"x", "w"}, "product");
         m.AddNode("Add", {"product", "b"}, "y");
       }},
      {"MatMul and Add the other way round",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("MatMul", {"x", "w"}, "product");
         m.AddNode("Add", {"b", "product"}, "y");
       }},
      {"behind a Flatten",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("Flatten", {"x"}, "flat");
         m.AddNode("Gemm", {"flat", "w", "b"}, "y");
       }},
      {"behind a Reshape",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         onnx::TensorProto& shape = m.AddTensor("shape", {2}, {});
         shape.set_data_type(onnx::TensorProto::INT64);
         shape.add_int64_data(-1);
         shape.add_int64_data(2);
         m.AddNode("Reshape", {"x", "shape"}, "flat");
         m.AddNode("Gemm", {"flat", "w", "b"}, "y");
       }},
      {"in double precision",
       [&](ForeignModel& m) {
         onnx::TensorProto& tensor = m.AddTensor("w", {2, 3}, {});
         tensor.set_data_type(onnx::TensorProto::DOUBLE);
         for (const float value : weight) tensor.add_double_data(value);
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"as raw bytes in double precision",
       [&](ForeignModel& m) {
         const std::vector<double> doubles(weight.begin(), weight.end());
         onnx::TensorProto& tensor = m.AddTensor("w", {2, 3}, {});
         tensor.set_data_type(onnx::TensorProto::DOUBLE);
         tensor.set_raw_data(doubles.data(), doubles.size() * sizeof(double));
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"with weights in a Constant node",
       [&](ForeignModel& m) {
         onnx::NodeProto& node = m.AddNode("Constant", {}, "w");
         onnx::AttributeProto& attribute = *node.add_attribute();
         attribute.set_name("value");
         attribute.set_type(onnx::AttributeProto::TENSOR);
         attribute.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
         attribute.mutable_t()->add_dims(2);
         attribute.mutable_t()->add_dims(3);
         for (const float value : weight) attribute.mutable_t()->add_float_data(value);
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"with the initializers among the inputs",
       [&](ForeignModel& m) {
         m.AddInput("w", {2, 3});
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"beside a node that nothing needs",
       [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("Sigmoid", {"x"}, "unused");
         m.AddNode("Gemm", {"x", "w", "b"}, "y");
       }},
      {"behind a Dropout that also writes its mask", [&](ForeignModel& m) {
         m.AddTensor("w", {2, 3}, weight);
         m.AddNode("Dropout", {"x"}, "kept").add_output("mask");
         m.AddNode("Gemm", {"kept", "w", "b"}, "y");
       }}};
  for (const auto& [name, build] : ways) {
    SCOPED_TRACE(name);
    ForeignModel model;
    model.AddTensor("b", {3}, {7, 8, 9});
    build(model);
    EXPECT_EQ(Complaint(model.bytes()), "");
    EXPECT_EQ(AnswerOf(model.Read()), kAnswer);
  }
}

TEST(AModelOfAnotherProgram, MayLeaveOutTheBiasOrGiveOneForAll) {
  for (const bool has_bias : {false, true}) {
    ForeignModel model;
    model.AddTensor("w", {2, 1}, {1, 2});
    if (has_bias) model.AddTensor("b", {}, {5});
    model.AddNode("Gemm", has_bias ? std::vector<std::string>{"x", "w", "b"} : std::vector<std::string>{"x", "w"}, "y");
    EXPECT_EQ(AnswerOf(model.Read()), std::vector<float>{has_bias ? 26.0f : 21.0f});
  }
}

TEST(AModelOfAnotherProgram, MayGiveOneSlopeForAllUnits) {
  ForeignModel model;
  model.AddTensor("w", {2, 2}, {-1, 1, -1, 1});
  model.AddTensor("slope", {1}, {0.5f});
  model.AddNode("Gemm", {"x", "w"}, "h");
  model.AddNode("PRelu", {"h", "slope"}, "y");
  EXPECT_EQ(AnswerOf(model.Read()), (std::vector<float>{-5.5f, 11}));
}

// Each row damages a good model and names what the message must say.
TEST(ADamagedModel, IsRefusedWithAMessageThatSaysWhatAndWhere) {
  struct Damage {
    std::function<void(ForeignModel&)> damage;
    std::vector<std::string> says;
  };
  const auto tensor = [](ForeignModel& m) -> onnx::TensorProto& { return *m.graph().mutable_initializer(0); };
  const auto node = [](ForeignModel& m) -> onnx::NodeProto& { return *m.graph().mutable_node(0); };
  const auto axis = [](ForeignModel& m) {
    return m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(1);
  };
  const std::vector<Damage> damages = {
      {[](ForeignModel& m) { m.model().clear_graph(); }, {"not an ONNX model"}},
      {[](ForeignModel& m) { m.model().clear_ir_version(); }, {"not an ONNX model"}},
      {[](ForeignModel& m) { m.model().clear_opset_import(); }, {"opset"}},
      {[](ForeignModel& m) { m.model().mutable_opset_import(0)->set_version(5); }, {"opset 5", "6"}},
      {[](ForeignModel& m) { m.graph().clear_input(); }, {"no input"}},
      {[](ForeignModel& m) {
         m.AddInput("more", {-1, 2});
       },
       {"'x'", "'more'", "one input"}},
      {[](ForeignModel& m) { m.graph().mutable_input(0)->clear_type(); }, {"input 'x'", "float32"}},
      {[&](ForeignModel& m) { axis(m)->set_dim_value(-2); }, {"input 'x'", "size -2"}},
      {[&](ForeignModel& m) { axis(m)->set_dim_value(0); }, {"input 'x'", "size 0"}},
      {[&](ForeignModel& m) { axis(m)->set_dim_value(int64_t{1} << 60); }, {"input 'x'", "more than"}},
      {[&](ForeignModel& m) { axis(m)->set_dim_param("free"); }, {"input 'x'", "axis 1"}},
      {[&](ForeignModel& m) { axis(m)->set_dim_value(3); }, {"'Gemm_node' (Gemm)", "shape 3"}},
      {[](ForeignModel& m) { m.graph().add_output()->set_name("h"); }, {"2 outputs", "one output"}},
      {[](ForeignModel& m) { m.graph().mutable_output(0)->set_name("nowhere"); }, {"'nowhere'"}},
      {[](ForeignModel& m) { m.graph().mutable_output(0)->set_name("x"); }, {"its output is its input"}},
      {[](ForeignModel& m) { m.graph().mutable_output(0)->set_name("w"); }, {"does not depend on 'x'"}},
      {[](ForeignModel& m) { m.AddNode("Relu", {"x"}, "h"); }, {"'h'", "two values"}},
      {[](ForeignModel& m) { m.AddTensor("w", {1}, {1}); }, {"'w'", "two values"}},
      {[&](ForeignModel& m) { node(m).set_input(0, "nowhere"); }, {"'Gemm_node' (Gemm)", "'nowhere'"}},
      {[&](ForeignModel& m) { node(m).set_input(0, "y"); }, {"'Gemm_node' (Gemm)", "'y'", "cycle"}},
      {[&](ForeignModel& m) { node(m).clear_output(); }, {"(Gemm)", "writes nothing"}},
      {[&](ForeignModel& m) { node(m).clear_input(); }, {"'Gemm_node' (Gemm)", "constants alone"}},
      {[&](ForeignModel& m) { node(m).set_op_type("Conv"); }, {"'Gemm_node' (Conv)", "no layer", "shape 2"}},
      {[&](ForeignModel& m) { node(m).set_domain("com.example"); }, {"com.example.Gemm", "no layer"}},
      {[&](ForeignModel& m) { ForeignModel::SetInt(node(m), "transA", 1); }, {"'Gemm_node' (Gemm)", "no layer"}},
      {[&](ForeignModel& m) {
         node(m).clear_name();
         ForeignModel::SetInt(node(m), "transA", 1);
       },
       {"writes 'h' (Gemm)"}},
      {[](ForeignModel& m) {
         m.AddNode("Gemm", {"h", "w"}, "z");
         m.AddNode("Add", {"h", "z"}, "sum");
         m.graph().mutable_output(0)->set_name("sum");
       },
       {"'Gemm_node' (Gemm)", "shape 3"}},
      {[](ForeignModel& m) {
         m.AddTensor("v", {3, 2}, {1, 2, 3, 4, 5, 6});
         m.AddNode("Gemm", {"h", "v"}, "z");
         m.AddNode("Add", {"h", "z"}, "sum");
         m.graph().mutable_output(0)->set_name("sum");
       },
       {"'Add_node' (Add)", "no layer", "shape 3"}},
      {[](ForeignModel& m) {
         m.AddNode("Dropout", {"y"}, "z").add_output("mask");
         m.AddNode("Add", {"z", "mask"}, "sum");
         m.graph().mutable_output(0)->set_name("sum");
       },
       {"'Add_node' (Add)", "'mask'"}},
      {[](ForeignModel& m) {
         m.AddNode("Sin", {"w"}, "s");
         m.AddNode("Mul", {"y", "s"}, "product");
         m.graph().mutable_output(0)->set_name("product");
       },
       {"'Sin_node' (Sin)", "constants alone"}},
      {[&](ForeignModel& m) { tensor(m).add_dims(1000000); }, {"tensor 'w'", "not there"}},
      {[&](ForeignModel& m) { tensor(m).set_dims(0, int64_t{1} << 62); }, {"tensor 'w'", "not there"}},
      {[&](ForeignModel& m) { tensor(m).set_dims(0, -1); }, {"tensor 'w'", "size -1"}},
      {[&](ForeignModel& m) { tensor(m).set_dims(1, 2); }, {"tensor 'w'", "2x2", "4", "6"}},
      {[&](ForeignModel& m) {
         tensor(m).clear_float_data();
         tensor(m).set_raw_data("1234567", 7);
       },
       {"tensor 'w'", "cut off"}},
      {[&](ForeignModel& m) { tensor(m).set_raw_data("1234", 4); }, {"tensor 'w'", "twice"}},
      {[&](ForeignModel& m) { tensor(m).set_data_type(onnx::TensorProto::FLOAT16); },
       {"tensor 'w'", "FLOAT16", "float32"}},
      {[&](ForeignModel& m) { tensor(m).set_data_type(999); }, {"tensor 'w'", "999"}},
      {[&](ForeignModel& m) { tensor(m).set_data_location(onnx::TensorProto::EXTERNAL); },
       {"tensor 'w'", "another file"}},
      {[&](ForeignModel& m) { tensor(m).set_float_data(0, std::nanf("")); },
       {"layer 1 (dense 3)", "weight", "not finite"}},
      {[&](ForeignModel& m) { m.graph().add_sparse_initializer(); }, {"sparse"}},
  };
  for (size_t i = 0; i < damages.size(); ++i) {
    SCOPED_TRACE(i);
    ForeignModel model;
    model.AddTensor("w", {2, 3}, {1, 2, 3, 4, 5, 6});
    model.AddNode("Gemm", {"x", "w"}, "h");
    model.AddNode("Relu", {"h"}, "y");
    ASSERT_EQ(Complaint(model.bytes()), "");
    damages[i].damage(model);
    const std::string complaint = Complaint(model.bytes());
    EXPECT_EQ(complaint.rfind("model.onnx: ", 0), 0u) << complaint;
    for (const std::string& part : damages[i].says) EXPECT_NE(complaint.find(part), std::string::npos) << complaint;
  }
}

TEST(ASmallFile, CannotAskForMoreParametersThanItHolds) {
  ForeignModel slopes;
  slopes.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(1)
      ->set_dim_value(1 << 24);
  slopes.AddTensor("slope", {1}, {0.5f});
  slopes.AddNode("PRelu", {"x", "slope"}, "y");
  EXPECT_NE(Complaint(slopes.bytes()), "");

  ForeignModel repeated;
  constexpr int kSide = 128, kLayers = 1000;
  repeated.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(1)
      ->set_dim_value(kSide);
  repeated.AddTensor("w", {kSide, kSide}, std::vector<float>(kSide * kSide, 1));
  for (int i = 0; i < kLayers; ++i) {
    repeated.AddNode("Gemm", {i == 0 ? "x" : fmt::format("h{}", i - 1), "w"},
                     i == kLayers - 1 ? "y" : fmt::format("h{}", i));
  }
  EXPECT_NE(Complaint(repeated.bytes()).find("more parameters than the file holds"), std::string::npos);
}

TEST(AFileThatIsNotOnnx, IsRefused) {
  for (const std::string& bytes : {std::string(), std::string("a,b\n1,2\n"), std::string(100, '\0'),
                                   std::string("\x89PNG\r\n\x1a\n"), std::string("{\"json\": true}")}) {
    EXPECT_NE(Complaint(bytes).find("model.onnx: this is not an ONNX model"), std::string::npos) << bytes;
  }
}

TEST(ACutFile, IsRefusedAtEveryLength) {
  const std::string whole = WriteGraph(MakeNetwork("dense 4, relu, dense", {2}), {{"key", "value"}});
  size_t taken = 0;
  for (size_t size = 0; size < whole.size(); ++size) taken += Complaint(whole.substr(0, size)).empty() ? 1 : 0;
  // Cut between two fields at the top it is a model still, without its metadata.
  EXPECT_LE(taken, 1u);
  EXPECT_EQ(Complaint(whole), "");
}

TEST(AFileWithChangedBytes, IsReadOrRefusedButNeverMore) {
  const std::string whole = WriteGraph(MakeNetwork("dense 4, leaky_relu, dense 3, prelu, dense", {2, 2}), {{"k", "v"}});
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string changed = whole;
    for (uint64_t i = 0; i <= random.Below(4); ++i)
      changed[random.Below(changed.size())] = static_cast<char>(random.Next());
    Complaint(changed);
  }
}

}  // namespace
}  // namespace ramp
