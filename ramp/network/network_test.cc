#include "ramp/network/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/network/initialize.h"
#include "ramp/network/memory_plan.h"
#include "ramp/network/plan.h"
#include "ramp/network/reference_network.h"

namespace ramp {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void FillNormal(std::span<float> values, uint64_t seed) {
  Random random(seed);
  for (float& value : values) value = static_cast<float>(random.Normal());
}

std::vector<double> ToDouble(std::span<const float> values) { return {values.begin(), values.end()}; }

// A network for each activation, small and large (the large one's products are oneDNN's), and the layers in all orders
// that a plan treats differently.
std::vector<std::string> NetworksOfUnits() {
  std::vector<std::string> texts = {
      "dense",
      "dense 5, dense 3",
      "dense 70, dropout 0, dense 3",
      "residual(dense 4), dense 3",
      "dense 6, relu, residual(dense 6, relu, dense 6), relu, dense 3",
      "dense 6, residual(elu, dense 6 | dropout 0 | ), tanh, dense 3",
      "dense 6, residual( | ), dense 3",
      "residual(dense 6, residual(relu, dense 6, relu), relu | dense 6, silu), dense 3",
      "dense 200, residual(relu, dense 200, relu, dense 200), relu, dense 3",
      "dense 5, relu, concat(dense 3, relu | tanh | ), dense 3",
      "concat(dense 3, concat(dense 2)), flatten, dense 3",
      "dense 5, crelu, dense 7, relu, crelu, dense 3",
      "dense 12, maxout 3, dense 3",
      "dense 6, spatial_dropout 0, relu, dense 3",
      "dense 6, affine, softmax, dense 3",
      "affine all, dense 70, affine, log_softmax, dense 3",
      "affine fixed, dense 5, relu, affine all fixed, dense 3",
      "dense 6, product(relu, dense 6 | tanh | ), slice 1 2 6 2, dense 3",
      "dense 6, padding 1 2 1 0.5, slice 1 2 8, reshape 7 1, flatten, product( | ), dense 3",
      "first: dense 5, second: relu, dense 5, third: tanh, first, dense 5, residual(second | third | ), dense 3",
      "a: dense 5, residual( | input, dense 5, b: relu), concat(a | b | ), dense 3"};
  for (const Activation& activation : Activations()) {
    const std::string name(activation.name);
    for (const std::string_view gated : {activation.gated, activation.gated_twice}) {
      if (!gated.empty()) texts.push_back("dense 8, " + std::string(gated) + ", dense 3");
    }
    texts.push_back("dense 7, " + name + ", dense 3");
    texts.push_back(name + ", dense 3");
    texts.push_back("dense 6, " + name + ", " + name + ", dense 3");
    texts.push_back("dense 6, " + name + ", dropout 0, dense 3, " + name);
    texts.push_back("dense 200, " + name + ", dense 130, " + name + ", dense 3");
  }
  return texts;
}

// Over pictures and sequences, in small and in sizes that fill vectors and threads.
struct Checked {
  std::string text;
  Shape input;
};
std::vector<Checked> NetworksToCheck() {
  std::vector<Checked> networks;
  for (const std::string& text : NetworksOfUnits()) networks.push_back({text, {4}});
  for (const char* text : {"hinges 3", "hinges 9 4, relu, dense 3", "hinges 150 48 2-3, gelu, dense 3",
                           "concat(hinges 5 2 1 3-4, elu | hinges 33 16, prelu), dense 3",
                           "average(dense 3 | dense 8, relu, dense 3 | elu, dense 3)",
                           "dense 6, vote(dense 3 | relu, dense 3 | tanh, dense 5, relu, dense 3)"}) {
    networks.push_back({text, {4}});
  }
  for (const char* text :
       {"conv 4 3x3, relu, conv 5 3x2 stride 2 pad valid, elu, dense 3",
        "conv 4 3x3 stride 2 pad 1 dilation 2, dense 3",
        "conv 6 2x2 groups 2, silu, conv 6 3x3 groups 6 pad 2 1x0, relu, dense 3", "conv 3 1x1, global_average",
        "conv 20 3x3, prelu, maxpool 2, conv 17 3x3 stride 2x1, tanh, averagepool 2x3 stride 1, dense 3",
        "conv 3 3x3, relu, global_max", "maxpool 3 stride 2 pad 1, averagepool 3 stride 1 pad same, dense 3",
        "conv 6 3x3, batchnorm, relu, maxpool 2, conv 6 3x3, batchnorm 0.01, relu, dense 3",
        "batchnorm, conv 6 3x3, residual(relu, conv 6 3x3, batchnorm), layernorm, flatten, dense 3",
        "layernorm 0.1, dense 9, layernorm, relu, dense 6, batchnorm, dense 3",
        "conv 4 3x3, transpose 3 1 2, affine all, transpose 2 3 1, slice 2 2 7 3, conv 3 1x1, global_average",
        "conv 4 3x3, product( | global_average, dense 2, relu, dense 4, sigmoid), relu, dense 3",
        "conv 4 3x3, product(global_max, reshape 1 1 4 | relu), softmax, padding 1 1 2 -1, padding 2 0 1, affine, "
        "dense 3",
        "conv 4 3x3, transpose 2 1 3, concat(slice 3 1 2 | slice 3 3 4), reshape 6 7 4, log_softmax, dense 3"}) {
    networks.push_back({text, {6, 7, 2}});
  }
  for (const char* text : {"conv1d 8 3, relu, conv1d 6 5 stride 2 pad 1 2 dilation 2 groups 2, relu, dense 3",
                           "maxpool 2, conv1d 5 4, batchnorm, gelu, averagepool 2, layernorm, global_average, dense 3",
                           "conv1d 3 3, global_max"}) {
    networks.push_back({text, {23, 3}});
  }
  return networks;
}

// As a training starts: with weights from the seed, and edges that fit normal inputs.
void Start(Network& network, uint64_t seed) {
  Initialize(network, "", seed);
  std::vector<float> inputs(100 * network.input_shape().count());
  FillNormal(inputs, seed + 100);
  FitInputs(network, inputs);
}

TEST(NetworkText, ReadsAndWritesTheSameNetwork) {
  for (const auto& [text, input_shape] : NetworksToCheck()) {
    const Network network(text, input_shape, 3);
    EXPECT_EQ(Network(network.Text(), input_shape, 99).Text(), network.Text());
  }
  EXPECT_EQ(Network(" dense  8 ,relu,\tdropout 0.5, dense", {4}, 2).Text(), "dense 8, relu, dropout 0.5, dense 2");
}

TEST(NetworkText, WritesBranchesInParenthesesAndLabelsOnlyWhereTheyCross) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"residual( dense 4|)", "residual(dense 4)"},
      {"residual(| dense 4)", "residual( | dense 4)"},
      {"x: dense 8, relu, y: dense 8, residual(x|y)", "dense 8, residual( | relu, dense 8)"},
      {"concat(relu | residual(tanh, dense 4 | dense 4, relu)), dense 2",
       "concat(relu | residual(tanh, dense 4 | dense 4, relu)), dense 2"},
      {"a: dense 5, b: relu, residual(a | b), c: dense 5, residual(b | c)",
       "n1: dense 5, n2: relu, residual(n1 | ), dense 5, residual(n2 | )"},
      {"dense 5, a: relu, input, dense 5, residual( | a)", "residual(dense 5 | dense 5, relu)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Network(c.text, {4}, 2).Text(), c.expected);
}

std::string Repeated(const std::string& part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Layers, StandInTheDocumentationAsTheTableHasThem) {
  const std::string documentation = ReadFileWhole(RAMP_SOURCE_DIR "/docs/networks.md");
  for (const LayerDefinition& layer : Layers()) {
    const std::string entry = std::string(layer.notation) + "\n    " + layer.summary + "\n";
    EXPECT_NE(documentation.find(entry), std::string::npos) << "docs/networks.md lacks\n" << entry;
  }
}

TEST(NetworkText, SaysWhereAndWhatIsWrong) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"", "a layer is missing"},
      {"dense 8,, relu", "character 9: a layer is missing"},
      {"dense 8, ", "a layer is missing"},
      {"dense 8, rellu, dense", "character 10: there is no layer 'rellu' (did you mean 'relu'?)"},
      {"dens 8, relu", "character 1: there is no layer 'dens' (did you mean 'dense'?)"},
      {"dense 8, leaky_relu(0.1), dense",
       "character 10: 'leaky_relu' takes no branches, so no '(' may follow; numbers stand behind a blank"},
      {"dense, relu", "'dense' needs the number of units"},
      {"dense 0", "'0' is not the number of units"},
      {"dense -3", "'-3' is not"},
      {"dense 1e99", "'1e99' is not"},
      {"dense nan", "'nan' is not"},
      {"dense 2.5", "whole number"},
      {"dense 8 9", "'9' is too much here"},
      {"dropout", "'dropout' needs"},
      {"dropout 1.5", "'1.5' is not"},
      {"relu 3", "'3' is too much here"},
      {"dense 4, residual, dense", "character 10: 'residual' needs its branches in ( )"},
      {"relu(dense 4)", "character 1: 'relu' takes no branches"},
      {"residual(dense 4", "character 9: this '(' is never closed"},
      {"residual(dense 4))", "character 18: ')' without a '('"},
      {"dense 4 | relu", "character 9: '|' without a '('"},
      {"residual(dense 4,)", "character 18: a layer is missing"},
      {"residual(dense 4) relu", "character 19: layers are separated by commas"},
      {"residual(dense 5)", "sums branches of the shapes 5 and 4"},
      {"dense 5, reglu, dense", "'reglu' halves its units, but its input is of shape 5"},
      {"dense 5, maxout 2", "takes groups of 2 units, but its input is of shape 5"},
      {"transpose 1 3, dense", "each axis from 1 on must be there"},
      {"transpose 1 1, dense", "an axis is there twice"},
      {"transpose 1 2, dense", "names 2 axes, and its input is of shape 4"},
      {"slice 1 3 2", "'2' is not the last place, a number from 3"},
      {"slice 1 3 5, dense", "'slice 1 3 5' reaches beyond its input of shape 4"},
      {"padding 2 1 1, dense", "pads axis 2 of its input of shape 4"},
      {"reshape 3 2, dense", "'reshape 3 2' needs 6 values, and its input of shape 4 has 4"},
      {"affine 3", "'3' is too much here"},
      {"product(dense 5), dense", "multiplies branches of the shapes 5 and 4"},
      {"embedding 8, dense", "'embedding' needs the number of tokens"},
      {"residual(dense), dense", "'dense' needs the number of units"},
      {"relu: dense 5", "'relu' is no label"},
      {": dense 5", "'' is no label"},
      {"a: dense 5, a: dense 5", "character 13: the label 'a' is there twice"},
      {"input", "character 6: the last word names a value that is there already"},
      {"a: dense 5, dense 5, a", "the last word names a value that is there already"},
      {"dense 5, input, dense 4", "nothing reads the output of 'dense 5'"},
      {"b, dense 4", "there is no layer 'b'"},
      {std::string(100, '(') + "dense 4", "a layer is missing"},
      {Repeated("residual(", 100) + "dense 4", "branches within more than 64 others"},
      {"dense 16777216, dense 16777216, dense", "parameters: make it smaller"},
  };
  for (const Case& c : cases) {
    try {
      const Network network(c.text, {4}, 2);
      ADD_FAILURE() << "'" << c.text << "' was taken for " << network.Text();
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos)
          << "'" << c.text << "': " << error.what();
    }
  }
}

TEST(NetworkText, SaysWhatIsWrongWithWindows) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"conv", "'conv' needs the number of units"},
      {"conv 8", "'conv' needs the size of the window"},
      {"conv 8 3y3", "'3y3' is not the size of the window"},
      {"conv 8 3x", "'' is not"},
      {"conv 8 0", "'0' is not"},
      {"conv 8 3 stride 0", "'0' is not the stride"},
      {"conv 8 3 strid 2", "'strid' is too much here"},
      {"conv 8 3 groups 3", "cannot part 2 channels into 8 units by 3 groups"},
      {"conv 8 9 pad valid", "do not fit in its input of shape 6x7x2"},
      {"conv 8 3, flatten, conv 8 3", "works on [height, width, channels], and its input is of shape 336"},
      {"conv1d 8 3", "works on [length, channels], and its input is of shape 6x7x2"},
      {"conv 1048576 4096 pad 4096", "makes more than 2147483648 values"},
      {"conv 1048576 4096 stride 4096", "has more than 2147483648 weights"},
      {"maxpool 3 pad 3", "padding must be less than the window"},
      {"maxpool 2 dilation 2", "the windows of pooling layers are dense"},
      {"maxpool 8", "do not fit"},
      {"dense 4, global_max", "takes away all axes but the last"},
      {"batchnorm -1", "'-1' is not what is added to the variance"},
  };
  for (const Case& c : cases) {
    try {
      const Network network(c.text, {6, 7, 2}, 2);
      ADD_FAILURE() << "'" << c.text << "' was taken for " << network.Text();
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos)
          << "'" << c.text << "': " << error.what();
    }
  }
}

TEST(NetworkText, WritesOfWindowsWhatIsNotUsual) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"conv 8 3", "conv 8 3x3"},
      {"conv 8 3x5 pad same stride 1 dilation 1 groups 1", "conv 8 3x5"},
      {"conv 8 3 pad 0", "conv 8 3x3 pad valid"},
      {"conv 8 3 groups 2 dilation 2x1 pad 1 2x0 stride 2", "conv 8 3x3 stride 2 pad 1 2x0 dilation 2x1 groups 2"},
      {"maxpool 2 stride 2", "maxpool 2"},
      {"averagepool 2x3 stride 2 pad same", "averagepool 2x3 stride 2 pad same"},
      {"batchnorm 0.00001, layernorm 1e-3", "batchnorm, layernorm 0.001"},
  };
  for (const Case& c : cases) EXPECT_EQ(Network(c.text, {6, 7, 2}, 2).Text(), c.expected);
}

TEST(MemoryPlan, NeverGivesOnePlaceToTwoThatAreAlive) {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    struct Buffer {
      size_t bytes, first, last;
    };
    std::vector<Buffer> buffers;
    MemoryPlan plan;
    for (int i = 0; i < 40; ++i) {
      const size_t first = random.Below(50);
      buffers.push_back({random.Below(1000), first, first + random.Below(20)});
      plan.Book(buffers.back().bytes, first, buffers.back().last);
    }
    plan.Place();
    for (size_t a = 0; a < buffers.size(); ++a) {
      EXPECT_EQ(plan.offset(a) % 64, 0u);
      EXPECT_LE(plan.offset(a) + buffers[a].bytes, plan.arena_bytes());
      for (size_t b = 0; b < a; ++b) {
        const bool alive = buffers[a].first <= buffers[b].last && buffers[b].first <= buffers[a].last;
        const bool apart =
            plan.offset(a) + buffers[a].bytes <= plan.offset(b) || plan.offset(b) + buffers[b].bytes <= plan.offset(a);
        EXPECT_TRUE(!alive || apart) << a << " and " << b;
      }
    }
  }
}

TEST(MemoryPlan, ReusesMemoryOfTheDead) {
  MemoryPlan plan;
  plan.Book(1000, 0, 1);
  plan.Book(1000, 2, 3);
  plan.Place();
  EXPECT_EQ(plan.arena_bytes(), 1024u);
}

class EveryNetwork : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { SetThreads(GetParam()); }
  void TearDown() override { SetThreads(0); }
};
INSTANTIATE_TEST_SUITE_P(OnThreads, EveryNetwork, testing::Values(1, 2));

TEST_P(EveryNetwork, ComputesWhatItsDefinitionSays) {
  constexpr size_t kBatch = 5;
  for (const auto& [text, input_shape] : NetworksToCheck()) {
    for (const PlanMode mode : {PlanMode::kInference, PlanMode::kExamine, PlanMode::kTrain}) {
      Network network(text, input_shape, 3);
      Start(network, 1);
      Plan plan(network, kBatch, mode);
      FillNormal(plan.input(), 2);
      const std::vector<float> input(plan.input().begin(), plan.input().end());
      plan.Forward();
      const std::vector<double> expected =
          ReferenceOutput(network, ToDouble(network.parameters()), ToDouble(input), kBatch, mode == PlanMode::kTrain);
      ASSERT_EQ(expected.size(), kBatch * 3);
      for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(plan.output()[i], expected[i], 2e-5) << text;
    }
  }
}

// The loss is a fixed random combination of all outputs, summed over the batch.
double ReferenceLoss(const Network& network, const std::vector<double>& parameters, std::span<const float> input,
                     std::span<const float> direction) {
  const size_t batch = input.size() / network.input_shape().count();
  const std::vector<double> output = ReferenceOutput(network, parameters, ToDouble(input), batch, true);
  double loss = 0;
  for (size_t i = 0; i < output.size(); ++i) loss += output[i] * static_cast<double>(direction[i]);
  return loss;
}

TEST_P(EveryNetwork, HasTheGradientThatFiniteDifferencesInDoubleGive) {
  constexpr size_t kBatch = 5;
  constexpr double kStep = 1e-6;
  for (const auto& [text, input_shape] : NetworksToCheck()) {
    Network network(text, input_shape, 3);
    Start(network, 3);
    std::fill(network.gradients().begin(), network.gradients().end(), kInfinity);
    Plan plan(network, kBatch, PlanMode::kTrain);
    FillNormal(plan.input(), 4);
    FillNormal(plan.output_gradient(), 5);
    const std::vector<float> input(plan.input().begin(), plan.input().end());
    const std::vector<float> direction(plan.output_gradient().begin(), plan.output_gradient().end());
    // The second run must not add to the first, nor read what it left.
    for (int run = 0; run < 2; ++run) {
      std::copy(input.begin(), input.end(), plan.input().begin());
      plan.Forward();
      std::copy(direction.begin(), direction.end(), plan.output_gradient().begin());
      plan.Backward();
    }
    std::vector<double> parameters = ToDouble(network.parameters());
    Random random(6);
    for (const PlacedBlock& block : network.blocks()) {
      const size_t size = block.block.shape.count();
      for (size_t draw = 0; draw < std::min<size_t>(size, 12); ++draw) {
        const size_t i = size <= 12 ? draw : random.Below(size);
        double& parameter = parameters[block.offset + i];
        const double before = parameter;
        parameter = before + kStep;
        const double above = ReferenceLoss(network, parameters, input, direction);
        parameter = before - kStep;
        const double below = ReferenceLoss(network, parameters, input, direction);
        parameter = before;
        // Statistics and what is fixed are not trained.
        const bool trained = block.block.kind != ParameterBlock::Kind::kStatistic;
        const double expected = trained ? (above - below) / (2 * kStep) : 0;
        ASSERT_NEAR(network.gradients(block)[i], expected, 1e-4 * (1 + std::abs(expected)))
            << text << ": " << block.block.name << "[" << i << "] of layer " << block.layer;
      }
    }
  }
}

TEST(Plan, GivesTheSameBitsTwiceOnEachNumberOfThreads) {
  const Checked networks[] = {
      {"dense 300, relu, dropout 0.3, dense 200, prelu, dense 10", {500}},
      {"conv 20 3x3, batchnorm, relu, maxpool 2, conv 33 3x3 stride 2, layernorm, elu, global_average, dense",
       {20, 5, 5}},
  };
  for (const auto& [text, input_shape] : networks) {
    for (const int threads : {1, 2}) {
      SetThreads(threads);
      std::vector<float> first;
      for (int run = 0; run < 2; ++run) {
        Network network(text, input_shape, 10);
        Initialize(network, "", 1);
        Plan plan(network, 96, PlanMode::kTrain);
        plan.set_random_key(7);
        FillNormal(plan.input(), 1);
        plan.Forward();
        FillNormal(plan.output_gradient(), 2);
        plan.Backward();
        const std::vector<float> gradients(network.gradients().begin(), network.gradients().end());
        if (run == 0) first = gradients;
        EXPECT_EQ(first, gradients) << text << " on " << threads << " threads";
      }
    }
  }
  SetThreads(0);
}

TEST(Plan, ShowsNaNInsteadOfHidingIt) {
  for (const Activation& activation : Activations()) {
    Network network("dense 20, " + std::string(activation.name) + ", dense 4", {4}, 4);
    Initialize(network, "", 1);
    Plan plan(network, 3, PlanMode::kTrain);
    FillNormal(plan.input(), 1);
    plan.input()[5] = std::numeric_limits<float>::quiet_NaN();
    plan.Forward();
    EXPECT_TRUE(std::isnan(plan.output()[4])) << activation.name;
    EXPECT_FALSE(std::isnan(plan.output()[0])) << activation.name;
  }
}

TEST(Plan, SavesMemoryInInference) {
  Network network("dense 512, relu, dense 512, relu, dense 512, relu, dense 512, relu, dense 10", {512}, 10);
  const Plan inference(network, 64, PlanMode::kInference);
  const Plan train(network, 64, PlanMode::kTrain);
  // Two values alive at a time, against every value and two gradients.
  EXPECT_LE(inference.arena_bytes(), 64u * 512 * 4 * 2 + 4096);
  EXPECT_GE(train.arena_bytes(), 64u * 512 * 4 * 5);
}

TEST(Plans, ShareTheirMemoryAndStillComputeTheSame) {
  const std::string text = "dense 64, elu, residual(dense 64, batchnorm, relu), dropout 0.2, dense 3";
  const auto run = [&](Plan& plan) {
    plan.set_random_key(3);
    FillNormal(plan.input(), 2);
    plan.Forward();
    std::vector<float> results(plan.output().begin(), plan.output().end());
    if (plan.mode() == PlanMode::kTrain) {
      FillNormal(plan.output_gradient(), 4);
      plan.Backward();
    }
    return results;
  };
  Network shared(text, {20}, 3), apart(text, {20}, 3);
  Initialize(shared, "", 1);
  Initialize(apart, "", 1);
  Plans plans(shared);
  const auto arena = plans.For(40, PlanMode::kTrain).arena();
  for (const auto& [batch, mode] : std::vector<std::pair<size_t, PlanMode>>{{40, PlanMode::kTrain},
                                                                            {7, PlanMode::kTrain},
                                                                            {20, PlanMode::kInference},
                                                                            {9, PlanMode::kExamine},
                                                                            {40, PlanMode::kTrain}}) {
    Plan own(apart, batch, mode);
    EXPECT_EQ(run(plans.For(batch, mode)), run(own)) << batch;
    EXPECT_TRUE(std::ranges::equal(shared.gradients(), apart.gradients())) << batch;
    EXPECT_EQ(plans.For(batch, mode).arena(), arena) << batch;
  }
}

TEST(Plan, TellsWhatItKeepsAndWhy) {
  Network network("dense 8, relu, residual(dense 8, elu), dense 3", {4}, 3);
  const Plan plan(network, 2, PlanMode::kTrain);
  const PlanOutline& outline = plan.outline();
  EXPECT_EQ(outline.steps, (std::vector<std::string>{"dense 8 + relu", "dense 8 + elu", "residual", "dense 3", "loss",
                                                     "backward of dense 3", "backward of residual",
                                                     "backward of dense 8 + elu", "backward of dense 8 + relu"}));
  const auto find = [&](const std::string& purpose) {
    const auto found = std::ranges::find(outline.buffers, purpose, &PlannedBuffer::purpose);
    return found == outline.buffers.end() ? PlannedBuffer() : *found;
  };
  // relu needs its gates alone, but the dense layer behind it its output.
  EXPECT_EQ(find("output of dense 8 + relu").kept, "backward of dense 8 + elu (step 8)");
  EXPECT_EQ(find("output of dense 8 + elu").kept, "backward of dense 8 + elu (step 8)");
  EXPECT_EQ(find("output of dense 3").kept, "");
  EXPECT_EQ(find("gates of relu").last, outline.steps.size());
  size_t end = 0;
  for (const PlannedBuffer& buffer : outline.buffers) end = std::max(end, buffer.offset + buffer.bytes);
  EXPECT_EQ(end, plan.arena_bytes());
}

TEST(Plan, ExaminesEveryValueAndGate) {
  Network network("dense 20, relu, dropout 0.5, dense 30, leaky_relu, dense 4", {6}, 4);
  Initialize(network, "", 1);
  Plan plan(network, 8, PlanMode::kExamine);
  FillNormal(plan.input(), 1);
  plan.Forward();
  ASSERT_EQ(plan.gates().size(), 2u);
  for (const WatchedGates& watched : plan.gates()) {
    const std::span<const float> values = plan.value(watched.node);
    ASSERT_EQ(values.size(), 8 * watched.gates.units());
    for (size_t row = 0; row < 8; ++row) {
      for (size_t unit = 0; unit < watched.gates.units(); ++unit) {
        EXPECT_EQ(watched.gates.IsOpen(row, unit), values[row * watched.gates.units() + unit] > 0);
      }
    }
  }
}

TEST(Dropout, IsTheIdentityInInference) {
  Network network("dense 20, relu, dropout 0.5, dense 3", {4}, 3);
  Initialize(network, "", 1);
  Plan plan(network, 1, PlanMode::kInference);
  FillNormal(plan.input(), 2);
  const std::vector<double> expected =
      ReferenceOutput(network, ToDouble(network.parameters()), ToDouble(plan.input()), 1);
  plan.Forward();
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(plan.output()[i], expected[i], 2e-5);
}

TEST(SpatialDropout, DropsAUnitOfAnExampleAtAllItsPlacesOrNowhere) {
  Network network("spatial_dropout 0.5", {6, 64}, 0);
  Plan plan(network, 3, PlanMode::kTrain);
  std::fill(plan.input().begin(), plan.input().end(), 1.0f);
  plan.set_random_key(5);
  plan.Forward();
  size_t dropped = 0;
  for (size_t example = 0; example < 3; ++example) {
    for (size_t unit = 0; unit < 64; ++unit) {
      const float first = plan.output()[example * 6 * 64 + unit];
      EXPECT_TRUE(first == 0 || first == 2) << first;
      dropped += first == 0 ? 1 : 0;
      for (size_t place = 1; place < 6; ++place) EXPECT_EQ(plan.output()[(example * 6 + place) * 64 + unit], first);
    }
  }
  EXPECT_GT(dropped, 60u);
  EXPECT_LT(dropped, 132u);
}

TEST(Embedding, GivesEachTokenItsRowAndSumsItsGradients) {
  Network network("embedding 3, dense", {4}, 1, 5);
  EXPECT_EQ(network.Text(), "embedding 3 5, dense 1");
  Initialize(network, "", 1);
  Plan plan(network, 2, PlanMode::kTrain);
  const std::vector<float> tokens = {0, 4, 4, 1, 2, 4, 0, 0};
  std::ranges::copy(tokens, plan.input().begin());
  plan.Forward();
  const std::vector<double> expected = ReferenceOutput(network, ToDouble(network.parameters()), ToDouble(tokens), 2);
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(plan.output()[i], expected[i], 1e-5);
  const std::vector<float> direction = {1, -2};
  std::ranges::copy(direction, plan.output_gradient().begin());
  plan.Backward();
  std::vector<double> parameters = ToDouble(network.parameters());
  for (const PlacedBlock& block : network.blocks()) {
    for (size_t i = 0; i < block.block.shape.count(); ++i) {
      const auto loss = [&](double step) {
        std::vector<double> moved = parameters;
        moved[block.offset + i] += step;
        const std::vector<double> output = ReferenceOutput(network, moved, ToDouble(tokens), 2);
        return output[0] - 2 * output[1];
      };
      EXPECT_NEAR(network.gradients(block)[i], (loss(1e-6) - loss(-1e-6)) / 2e-6, 1e-4) << block.block.name << i;
    }
  }
}

TEST(Embedding, ShowsANumberThatIsNoTokenAsNaN) {
  Network network("embedding 2", {4}, 0, 5);
  Plan plan(network, 1, PlanMode::kInference);
  const std::vector<float> tokens = {5, -1, std::numeric_limits<float>::quiet_NaN(), 4};
  std::ranges::copy(tokens, plan.input().begin());
  plan.Forward();
  for (size_t i = 0; i < 8; ++i) EXPECT_EQ(std::isnan(plan.output()[i]), i < 6) << i;
}

TEST(Dropout, DrawsAnewForEachKey) {
  Network network("dropout 0.5", {64}, 64);
  Plan plan(network, 1, PlanMode::kTrain);
  FillNormal(plan.input(), 1);
  plan.set_random_key(1);
  plan.Forward();
  const std::vector<float> first(plan.output().begin(), plan.output().end());
  plan.Forward();
  EXPECT_EQ(first, std::vector<float>(plan.output().begin(), plan.output().end()));
  plan.set_random_key(2);
  plan.Forward();
  EXPECT_NE(first, std::vector<float>(plan.output().begin(), plan.output().end()));
}

}  // namespace
}  // namespace ramp
