#include "ramp/health/diagnosis.h"

#include <gtest/gtest.h>

#include <string>

#include "ramp/base/error.h"
#include "ramp/health/bench_cases.h"
#include "ramp/network/initialize.h"

namespace ramp {
namespace {

// Started, with 10 units of the first layer shut, unit 20 equal to unit 19, and the third input not read.
Network WithFlaws(const std::string& text) {
  Network network(text, {8}, 4);
  Initialize(network, "", 3);
  for (size_t b = 0; b < 2; ++b) {
    const PlacedBlock& block = network.blocks()[b];
    const std::span<float> values = network.parameters(block);
    const bool weights = block.block.kind == ParameterBlock::Kind::kWeight;
    const size_t units = block.block.shape.units();
    for (size_t unit = 0; unit < 10 && !weights; ++unit) values[unit] = -20;
    for (size_t input = 0; input < (weights ? 8u : 1u); ++input) {
      values[input * units + 20] = values[input * units + 19];
      if (weights && input == 2) std::fill_n(&values[input * units], units, 0.0f);
    }
  }
  return network;
}

Dataset Rows() {
  return MakeClouds({.rows = 400, .inputs = 8, .classes = 4, .training = 300, .tested = 0}, 1).examples;
}

TEST(Diagnosis, FindsTwinsSilentUnitsAndColumnsThatNobodyReads) {
  const Diagnosis diagnosis = Diagnose(WithFlaws("dense 32, relu, dense 16, relu, dense"), Rows());
  ASSERT_EQ(diagnosis.layers.size(), 3u);
  EXPECT_EQ(diagnosis.rows, 400u);
  EXPECT_EQ(diagnosis.silent[0], 10u);
  EXPECT_EQ(diagnosis.layers[0].dead, 10u);
  EXPECT_EQ(diagnosis.duplicates[0], 1u);
  EXPECT_EQ(diagnosis.unused_columns, std::vector<size_t>{2});
  ASSERT_TRUE(diagnosis.calibration_error.has_value());
  EXPECT_GE(*diagnosis.calibration_error, 0);
  EXPECT_LE(*diagnosis.calibration_error, 1);
}

TEST(Pruning, TakesOutWhatGivesNothingAndChangesNoOutput) {
  const Network network = WithFlaws("dense 32, relu, dropout 0.2, dense 16, tanh, dense");
  const Pruning pruning = Prune(network, Rows());
  EXPECT_EQ(pruning.removed, (std::vector<size_t>{10, 0, 0}));
  EXPECT_EQ(pruning.network.nodes()[0].output_shape.units(), 22u);
  EXPECT_EQ(pruning.network.parameter_count(), network.parameter_count() - 10 * (8 + 1 + 16));
  EXPECT_GT(pruning.largest_output, 0);
  EXPECT_LE(pruning.largest_difference, 1e-5 * pruning.largest_output);
}

TEST(Pruning, LeavesALayerOneUnit) {
  Network network("dense 6, relu, dense", {8}, 4);
  const Pruning pruning = Prune(network, Rows());
  EXPECT_EQ(pruning.removed, (std::vector<size_t>{5, 0}));
}

TEST(Pruning, RefusesWhatItCannotProve) {
  const Dataset rows = Rows();
  EXPECT_THROW(Prune(WithFlaws("dense 32, relu, batchnorm, dense"), rows), Error);
  EXPECT_THROW(Prune(WithFlaws("dense 32, residual(relu, dense 32), dense"), rows), Error);
  EXPECT_THROW(Prune(WithFlaws("dense 32, sigmoid, dense"), rows), Error) << "shut, it gives little, but not 0";
  EXPECT_THROW(Prune(WithFlaws("dense 32, prelu, dense"), rows), Error);
}

// A model of another program that ends in probabilities: each row has .9 for its class, and nine of ten are right.
TEST(ADiagnosis, PutsNoSoftmaxOnProbabilities) {
  Dataset data;
  data.rows = 10;
  data.encoding.shape = {2};
  data.encoding.labels = {"0", "1"};
  data.encoding.data = ArrayEncoding{.scale = {.mean = {0}, .deviation = {1}}};
  std::vector<float> inputs;
  for (int32_t row = 0; row < 10; ++row) {
    const bool second = row % 2 == 1;
    inputs.insert(inputs.end(), {second ? 0.1f : 0.9f, second ? 0.9f : 0.1f});
    data.labels.push_back(row == 0 ? 1 : row % 2);
  }
  data.inputs = inputs;
  const Network network("identity", {2}, 2);
  const Diagnosis guessed = Diagnose(network, data, false), as_logits = Diagnose(network, data);
  EXPECT_NEAR(*guessed.accuracy, 0.9, 1e-9);
  EXPECT_NEAR(*guessed.calibration_error, 0, 1e-6);
  EXPECT_GT(*as_logits.calibration_error, 0.2);
}

}  // namespace
}  // namespace ramp
