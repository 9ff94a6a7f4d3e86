// A number that is not finite, planted somewhere at step 500, is named with its place before any weight is changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "ramp/base/threads.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/doctor.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr size_t kSteps = 47, kStep = 500;  // of an epoch; where it is planted, from 1

// What is to break, and when: read by the layer's steps, also by those that look for the place afterwards.
struct Fault {
  bool forward = false, backward = false;
};

class FaultyStep final : public Step {
 public:
  FaultyStep(const StepContext& context, const Fault& fault) : context_(context), fault_(fault) {}
  void Forward() override {
    const size_t count = context_.batch * context_.output_shape.count();
    std::copy_n(context_.input(), count, context_.output);
    if (fault_.forward) context_.output[count / 2] = kNan;
  }
  void Backward() override {
    const size_t count = context_.batch * context_.output_shape.count();
    std::copy_n(context_.output_gradient, count, context_.input_gradient());
    if (fault_.backward) context_.input_gradient()[count / 2] = kNan;
  }

 private:
  StepContext context_;
  const Fault& fault_;
};

// Passes its input on, unless it is broken.
class FaultyLayer final : public Layer {
 public:
  explicit FaultyLayer(const Fault& fault) : fault_(fault) {}
  std::string Text() const override { return "faulty"; }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  MemoryDemand Demand(const Shapes&, size_t, bool, const Activation*) const override { return {}; }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<FaultyStep>(context, fault_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override { return context.input(); }
  std::string WriteOnnx(OnnxWriter&, const std::vector<std::string>& inputs, const Shapes&,
                        std::span<const std::span<const float>>) const override {
    return inputs[0];
  }

 private:
  const Fault& fault_;
};

// Four dense layers; the third is followed by a layer that can be broken.
Network MakeNetwork(const Fault& fault, size_t outputs) {
  std::vector<GraphNode> graph =
      ParseNetwork("dense 16, relu, dense 16, relu, dense 16, relu, dense 16, relu, dense", outputs);
  std::vector<GraphNode> broken(graph.begin(), graph.begin() + 6);
  broken.push_back({std::make_shared<FaultyLayer>(fault), {5}});
  for (size_t node = 6; node < graph.size(); ++node) broken.push_back({graph[node].layer, {node}});
  return Network(std::move(broken), {32});
}

struct Planted {
  std::string what, place;
  std::optional<size_t> layer;
  Task task = Task::kClassification;
  void (*plant)(Fault& fault, Network& network, TrainingData& data);
};

TEST(ANumberThatIsNotFinite, IsNamedWithItsStepAndPlaceAndChangesNoWeight) {
  SetThreads(1);
  const Planted all[] = {
      {"a weight", "the output of layer 3 (dense 16, relu, faulty)", 3, Task::kClassification,
       [](Fault&, Network& network, TrainingData&) { network.parameters(network.blocks()[4])[17] = kNan; }},
      {"a weight that overflows", "the output of layer 2 (dense 16, relu)", 2, Task::kClassification,
       [](Fault&, Network& network, TrainingData&) {
         for (float& weight : network.parameters(network.blocks()[2])) weight = 3e38f;
         for (float& bias : network.parameters(network.blocks()[1])) bias = 100;
       }},
      {"an activation", "the output of layer 3 (dense 16, relu, faulty)", 3, Task::kClassification,
       [](Fault& fault, Network&, TrainingData&) { fault.forward = true; }},
      {"a gradient", "the gradient of layer 3 (dense 16, relu, faulty)", 3, Task::kClassification,
       [](Fault& fault, Network&, TrainingData&) { fault.backward = true; }},
      {"an input", "the output of layer 1 (dense 16, relu)", 1, Task::kClassification,
       [](Fault&, Network&, TrainingData& data) { std::ranges::fill(InputsOf(data), kNan); }},
      {"a target", "the loss", std::nullopt, Task::kRegression,
       [](Fault&, Network&, TrainingData& data) { std::ranges::fill(data.examples.values, kNan); }},
  };
  for (const Planted& one : all) {
    TrainingData data = MakeClouds({.tested = 0, .task = one.task}, 1);
    Fault fault;
    Network network = MakeNetwork(fault, data.examples.encoding.outputs());
    const TrainingOptions options{.epochs = 20, .batch = 32};
    Trainer trainer(network, data, options);
    Doctor doctor(network, data, options);
    trainer.Watch(doctor);
    for (size_t step = 1; step < kStep; ++step) ASSERT_TRUE(trainer.Advance(1)) << one.what << ", step " << step;
    one.plant(fault, network, data);
    const std::vector<float> before(network.parameters().begin(), network.parameters().end());
    const std::vector<float> best = trainer.Save().best_parameters;
    EXPECT_FALSE(trainer.Advance(1)) << one.what;
    ASSERT_TRUE(trainer.diverged()) << one.what;
    const std::span<const float> after = network.parameters();
    for (size_t i = 0; i < before.size(); ++i) {
      ASSERT_TRUE(after[i] == before[i] || std::isnan(before[i])) << one.what << " changed weight " << i;
    }
    const TrainingResult result = trainer.Finish();
    EXPECT_TRUE(std::ranges::equal(network.parameters(), best)) << one.what;
    EXPECT_TRUE(std::ranges::all_of(best, [](float value) { return std::isfinite(value); })) << one.what;
    EXPECT_EQ(result.divergence->epoch, (kStep - 1) / kSteps + 1) << one.what;
    EXPECT_EQ(result.divergence->step, (kStep - 1) % kSteps + 1) << one.what;
    EXPECT_EQ(result.divergence->place, one.place) << one.what;
    doctor.See(*result.divergence);
    const auto finding = std::ranges::find(doctor.findings(), "non-finite", &Finding::monitor);
    ASSERT_NE(finding, doctor.findings().end()) << one.what;
    EXPECT_EQ(finding->severity, Severity::kError) << one.what;
    EXPECT_EQ(finding->layers, one.layer ? std::vector<size_t>{*one.layer} : std::vector<size_t>{}) << one.what;
  }
}

// The running statistics of batch norms are moved on the way forward, before anything is known of the batch.
TEST(ANumberThatIsNotFinite, DoesNotReachTheStatisticsOfABatchNorm) {
  SetThreads(1);
  for (const double skip_norm : {0.0, 1e6}) {
    TrainingData data = MakeClouds({.tested = 0}, 1);
    Network network("dense 16, batchnorm, relu, dense 16, batchnorm, relu, dense", {32}, 10);
    Trainer trainer(network, data, {.epochs = 20, .batch = 32, .skip_norm = skip_norm});
    for (size_t step = 1; step < kStep; ++step) ASSERT_TRUE(trainer.Advance(1)) << "step " << step;
    const std::vector<float> inputs = InputsOf(data);
    std::ranges::fill(InputsOf(data), kNan);
    const std::vector<float> before(network.parameters().begin(), network.parameters().end());
    // Where such batches are left out, the training goes on.
    EXPECT_EQ(trainer.Advance(1), skip_norm > 0);
    for (const PlacedBlock& block : network.blocks()) {
      if (block.block.kind != ParameterBlock::Kind::kStatistic) continue;
      const std::span<const float> now = network.parameters(block);
      EXPECT_TRUE(std::equal(now.begin(), now.end(), before.begin() + static_cast<ptrdiff_t>(block.offset)))
          << block.block.name << " of node " << block.layer << ", norms skipped from " << skip_norm;
    }
    if (skip_norm > 0) continue;
    EXPECT_TRUE(std::ranges::equal(network.parameters(), before));
    ASSERT_TRUE(trainer.diverged());
    EXPECT_EQ(trainer.divergence()->place, "the output of layer 1 (dense 16)");
  }
}

}  // namespace
}  // namespace ramp
