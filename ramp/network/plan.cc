#include "ramp/network/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"

namespace ramp {

// One step to be: a node, and the activation behind it where it takes that in.
struct Plan::Stage {
  size_t node = 0;       // whose layer makes the step
  size_t last_node = 0;  // whose output it writes
  const Activation* taken = nullptr;
  MemoryDemand demand = {};
  MemoryPlan::Buffer value = 0, gradient = 0, saved = 0;
  std::optional<MemoryPlan::Buffer> gates = {};
};

std::vector<Plan::Stage> Plan::MakeStages(const Network& network) const {
  const auto nodes = network.nodes();
  const bool training = mode_ == PlanMode::kTrain;
  std::vector<Stage> stages;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!training && nodes[i].layer->OnlyInTraining()) continue;
    Stage stage{.node = i, .last_node = i};
    if (nodes[i].layer->TakesActivation() && i + 1 < nodes.size() && nodes[i + 1].layer->activation() != nullptr) {
      stage.taken = nodes[i + 1].layer->activation();
      stage.last_node = i + 1;
    }
    stage.demand = nodes[i].layer->Demand(nodes[i].input_shape, batch_, training, stage.taken);
    i = stage.last_node;
    stages.push_back(stage);
  }
  return stages;
}

Plan::Plan(const Network& network, size_t batch, PlanMode mode, std::span<float> gradients)
    : batch_(batch), mode_(mode), values_(network.nodes().size()) {
  if (batch == 0) throw UsageError("a batch has at least one example");
  const auto nodes = network.nodes();
  const bool training = mode == PlanMode::kTrain;
  std::vector<Stage> stages = MakeStages(network);
  if (stages.empty()) throw UsageError(fmt::format("the network '{}' has nothing to compute", network.Text()));

  // Time: the input is there at 0, stage s runs forward at s + 1, the loss at `loss`, stage s backward at
  // end - 1 - s; what outlives the run lives to `end`.
  const size_t loss = stages.size() + 1;
  const size_t end = loss + stages.size() + 1;
  const auto backward_time = [&](size_t s) { return end - 1 - s; };
  const auto bytes_of = [&](const Shape& shape) { return batch * shape.count() * sizeof(float); };

  MemoryPlan memory;
  const MemoryPlan::Buffer input = memory.Book(bytes_of(network.input_shape()), 0, 1);
  size_t scratch_bytes = 0;
  for (size_t s = 0; s < stages.size(); ++s) {
    Stage& stage = stages[s];
    const Node& last = nodes[stage.last_node];
    const MemoryPlan::Buffer before = s == 0 ? input : stages[s - 1].value;
    const bool shares = stage.demand.in_place && s > 0 && mode != PlanMode::kExamine &&
                        !(training && stages[s - 1].demand.backward_reads_output);
    stage.value = shares ? before : memory.Book(bytes_of(last.output_shape), s + 1, s + 2);
    memory.KeepUntil(before, s + 1);
    memory.KeepUntil(stage.value, mode == PlanMode::kExamine ? end : s + 2);
    if (training && stage.demand.backward_reads_input) memory.KeepUntil(before, backward_time(s));
    if (training && stage.demand.backward_reads_output) memory.KeepUntil(stage.value, backward_time(s));
    stage.saved = memory.Book(stage.demand.saved_bytes, s + 1, training ? backward_time(s) : s + 1);
    scratch_bytes = std::max(scratch_bytes, stage.demand.scratch_bytes);
    const Activation* activation = nodes[stage.last_node].layer->activation();
    if (activation != nullptr && mode != PlanMode::kInference) {
      const size_t units = last.output_shape.units();
      const size_t words = Gates::Words(batch * (last.output_shape.count() / units), units);
      stage.gates = memory.Book(words * sizeof(uint64_t), s + 1, end);
    }
  }
  if (training) {
    for (size_t s = stages.size(); s-- > 0;) {
      // Written by the loss or by the next stage's backward, which for an elementwise stage happens in place.
      const bool shares = s + 1 < stages.size() && stages[s + 1].demand.in_place;
      const size_t written = s + 1 == stages.size() ? loss : backward_time(s + 1);
      stages[s].gradient = shares ? stages[s + 1].gradient
                                  : memory.Book(bytes_of(nodes[stages[s].last_node].output_shape), written, written);
      memory.KeepUntil(stages[s].gradient, backward_time(s));
    }
  }
  const MemoryPlan::Buffer scratch = memory.Book(scratch_bytes, 0, end);
  memory.Place();
  arena_ = AlignedArray<std::byte>(memory.arena_bytes());

  const auto bytes_at = [&](MemoryPlan::Buffer buffer) { return arena_.data() + memory.offset(buffer); };
  const auto floats_at = [&](MemoryPlan::Buffer buffer) { return reinterpret_cast<float*>(bytes_at(buffer)); };
  for (size_t s = 0; s < stages.size(); ++s) {
    const Stage& stage = stages[s];
    const Node& node = nodes[stage.node];
    const Node& last = nodes[stage.last_node];
    StepContext context{.batch = batch,
                        .training = training,
                        .input_shape = node.input_shape,
                        .output_shape = last.output_shape,
                        .input = floats_at(s == 0 ? input : stages[s - 1].value),
                        .output = floats_at(stage.value),
                        .random_key = random_key_.get(),
                        .random_stream = stage.node};
    if (stage.demand.saved_bytes > 0) context.saved = bytes_at(stage.saved);
    if (stage.demand.scratch_bytes > 0) context.scratch = bytes_at(scratch);
    if (training) {
      context.output_gradient = floats_at(stage.gradient);
      if (s > 0) context.input_gradient = floats_at(stages[s - 1].gradient);
    }
    for (size_t b = node.first_block; b < node.first_block + node.block_count; ++b) {
      context.parameters.push_back(network.parameters(network.blocks()[b]).data());
      if (training) context.parameter_gradients.push_back(gradients.data() + network.blocks()[b].offset);
    }
    if (const Activation* activation = last.layer->activation()) {
      context.activation.activation = activation;
      context.activation.parameters = last.layer->activation_parameters();
      if (last.block_count > 0) {
        const PlacedBlock& block = network.blocks()[last.first_block];
        context.activation.learned = network.parameters(block).data();
        if (training) context.activation.learned_gradient = gradients.data() + block.offset;
      }
      if (stage.gates) {
        const size_t units = last.output_shape.units();
        const size_t rows_per_example = last.output_shape.count() / units;
        context.activation.gates = reinterpret_cast<uint64_t*>(bytes_at(*stage.gates));
        gates_.push_back(
            {stage.last_node, rows_per_example, Gates(context.activation.gates, batch * rows_per_example, units)});
      }
    }
    values_[stage.last_node] = {context.output, batch * last.output_shape.count()};
    steps_.push_back(node.layer->MakeStep(context));
  }
  input_ = {floats_at(input), batch * network.input_shape().count()};
  const size_t outputs = batch * network.output_shape().count();
  output_ = {floats_at(stages.back().value), outputs};
  if (training) output_gradient_ = {floats_at(stages.back().gradient), outputs};
}

void Plan::Forward() {
  for (const auto& step : steps_) step->Forward();
}

void Plan::Backward() {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) (*step)->Backward();
}

Plan& Plans::For(size_t batch, PlanMode mode) {
  const auto key = std::pair(batch, mode);
  const auto found = plans_.find(key);
  if (found != plans_.end()) return found->second;
  const std::span<float> gradients = mode == PlanMode::kTrain ? network_.gradients() : std::span<float>();
  return plans_.emplace(key, Plan(network_, batch, mode, gradients)).first->second;
}

}  // namespace ramp
