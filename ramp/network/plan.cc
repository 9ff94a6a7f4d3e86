#include "ramp/network/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/network/loops.h"

namespace ramp {

// Makes a plan in three passes over its stages: which they are, which memory they share, and the steps at their places.
class Plan::Builder {
 public:
  Builder(Plan& plan, const Network& network, std::span<float> gradients, std::span<float> statistics)
      : plan_(plan),
        network_(network),
        gradients_(gradients),
        statistics_(statistics),
        training_(plan.mode_ == PlanMode::kTrain) {}

  void Build() {
    MakeStages();
    BookValues();
    if (training_) BookGradients();
    Place();
    for (size_t s = 0; s < stages_.size(); ++s) MakeStep(s);
    plan_.input_ = Floats(values_[0].buffer, network_.input_shape());
    const Value& last = values_[stages_.back().output];
    plan_.output_ = Floats(last.buffer, network_.output_shape());
    if (training_) plan_.output_gradient_ = Floats(*last.gradient, network_.output_shape());
    WriteOutline();
  }

 private:
  // What flows between the stages: value 0 is the network's input, value i + 1 the output of node i.
  struct Value {
    const Shape* shape = nullptr;
    std::optional<size_t> stage = {};  // that writes it
    size_t readers = 0;                // how often stages read it
    MemoryPlan::Buffer buffer = 0;
    std::optional<MemoryPlan::Buffer> gradient = {};
  };
  // One step to be: a node, and the activation behind it where it takes that in.
  struct Stage {
    size_t node = 0;       // whose layer makes the step
    size_t last_node = 0;  // whose output it writes
    const Activation* taken = nullptr;
    MemoryDemand demand = {};
    std::vector<size_t> inputs = {};  // values
    size_t output = 0;
    std::optional<MemoryPlan::Buffer> saved = {}, gates = {};
    // Where backward writes the gradient of each input, if anyone wants it.
    std::vector<std::optional<MemoryPlan::Buffer>> input_gradients = {};
  };

  size_t Bytes(const Shape& shape) const { return plan_.batch_ * shape.count() * sizeof(float); }
  const Node& NodeOf(size_t node) const { return network_.nodes()[node]; }
  const Node& LastNode(const Stage& stage) const { return NodeOf(stage.last_node); }
  std::string TextOf(const Stage& stage) const {
    const std::string text = NodeOf(stage.node).layer->Text();
    return stage.taken == nullptr ? text : text + " + " + LastNode(stage).layer->Text();
  }

  void MakeStages() {
    const auto nodes = network_.nodes();
    // Where the output of each value is found: its own, or that of the value before a layer that is left out.
    std::vector<size_t> found(nodes.size() + 1);
    values_.resize(nodes.size() + 1);
    values_[0].shape = &network_.input_shape();
    for (size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      const auto value_of = [&](size_t input) { return input == kNetworkInput ? 0 : found[input + 1]; };
      if (!training_ && node.layer->OnlyInTraining()) {
        found[i + 1] = value_of(node.inputs[0]);
        continue;
      }
      Stage stage{.node = i, .last_node = i};
      for (const size_t input : node.inputs) {
        stage.inputs.push_back(value_of(input));
        ++values_[stage.inputs.back()].readers;
      }
      const bool alone = node.layer->TakesActivation() && node.readers == std::vector<size_t>{i + 1};
      const Activation* next = alone ? nodes[i + 1].layer->activation() : nullptr;
      if (next != nullptr && !(training_ && next->random_slope)) {
        stage.taken = next;
        stage.last_node = i + 1;
      }
      stage.demand = node.layer->Demand(node.input_shapes, plan_.batch_, training_, stage.taken);
      i = stage.last_node;
      stage.output = i + 1;
      found[i + 1] = i + 1;
      values_[i + 1].shape = &nodes[i].output_shape;
      values_[i + 1].stage = stages_.size();
      stages_.push_back(std::move(stage));
    }
    if (stages_.empty()) throw UsageError(fmt::format("the network '{}' has nothing to compute", network_.Text()));
  }

  // Time: the input is there at 0, stage s runs forward at s + 1, the loss at LossTime, stage s backward at
  // BackwardTime(s); what outlives the run lives to EndTime.
  size_t LossTime() const { return stages_.size() + 1; }
  size_t EndTime() const { return LossTime() + stages_.size() + 1; }
  size_t BackwardTime(size_t s) const { return EndTime() - 1 - s; }

  MemoryPlan::Buffer Book(size_t bytes, size_t first, size_t last, std::string purpose) {
    outline_.push_back({.purpose = std::move(purpose)});
    return memory_.Book(bytes, first, last);
  }
  void Keep(MemoryPlan::Buffer buffer, size_t time, const Stage& reader) {
    memory_.KeepUntil(buffer, time);
    std::string& kept = outline_[buffer].kept;
    const std::string why = fmt::format("backward of {} (step {})", TextOf(reader), time);
    if (kept.find(why) == std::string::npos) kept += (kept.empty() ? "" : ", ") + why;
  }

  // The output may overwrite the first input where nobody else reads that, now or later.
  bool RunsInPlace(const Stage& stage) const {
    const Value& input = values_[stage.inputs[0]];
    return stage.demand.in_place && plan_.mode_ != PlanMode::kExamine && input.stage && input.readers == 1 &&
           input.shape->count() == values_[stage.output].shape->count() &&
           !(training_ && stages_[*input.stage].demand.backward_reads_output);
  }

  void BookValues() {
    const bool examine = plan_.mode_ == PlanMode::kExamine;
    values_[0].buffer = Book(Bytes(*values_[0].shape), 0, 1, "input");
    for (size_t s = 0; s < stages_.size(); ++s) {
      Stage& stage = stages_[s];
      Value& output = values_[stage.output];
      const std::string text = TextOf(stage);
      output.buffer = RunsInPlace(stage) ? values_[stage.inputs[0]].buffer
                                         : Book(Bytes(*output.shape), s + 1, s + 1, "output of " + text);
      for (const size_t input : stage.inputs) {
        memory_.KeepUntil(values_[input].buffer, s + 1);
        if (training_ && stage.demand.backward_reads_input) Keep(values_[input].buffer, BackwardTime(s), stage);
      }
      // The last value lives until the loss has read it.
      const bool last = s + 1 == stages_.size();
      memory_.KeepUntil(output.buffer, examine ? EndTime() : last ? LossTime() : s + 1);
      if (training_ && stage.demand.backward_reads_output) Keep(output.buffer, BackwardTime(s), stage);
      if (stage.demand.saved_bytes > 0) {
        stage.saved = Book(stage.demand.saved_bytes, s + 1, s + 1, "saved by " + text);
        if (training_) Keep(*stage.saved, BackwardTime(s), stage);
      }
      scratch_bytes_ = std::max(scratch_bytes_, stage.demand.scratch_bytes);
      if (LastNode(stage).layer->activation() != nullptr && plan_.mode_ != PlanMode::kInference) {
        const size_t units = output.shape->units();
        const size_t words = Gates::Words(plan_.batch_ * (output.shape->count() / units), units);
        stage.gates = Book(words * sizeof(uint64_t), s + 1, EndTime(), "gates of " + LastNode(stage).layer->Text());
      }
    }
    if (scratch_bytes_ > 0) scratch_ = Book(scratch_bytes_, 0, EndTime(), "scratch of every step");
  }

  // The stage that runs backward first sets the gradient of a value, the others write elsewhere and add to it. An
  // elementwise stage runs backward in place.
  void BookGradients() {
    Value& last = values_[stages_.back().output];
    last.gradient = Book(Bytes(*last.shape), LossTime(), LossTime(), "gradient of the output");
    for (size_t s = stages_.size(); s-- > 0;) {
      Stage& stage = stages_[s];
      const MemoryPlan::Buffer output_gradient = *values_[stage.output].gradient;
      memory_.KeepUntil(output_gradient, BackwardTime(s));
      for (size_t i = 0; i < stage.inputs.size(); ++i) {
        Value& input = values_[stage.inputs[i]];
        stage.input_gradients.emplace_back();
        if (!input.stage) continue;
        const bool in_place = i == 0 && stage.demand.in_place;
        const MemoryPlan::Buffer gradient =
            in_place ? output_gradient
                     : Book(Bytes(*input.shape), BackwardTime(s), BackwardTime(s), "gradient from " + TextOf(stage));
        stage.input_gradients.back() = gradient;
        if (!input.gradient) input.gradient = gradient;
      }
    }
  }

  void Place() {
    memory_.Place();
    plan_.arena_bytes_ = memory_.arena_bytes();
    if (plan_.arena_ == nullptr || plan_.arena_->size() < plan_.arena_bytes_) {
      plan_.arena_ = std::make_shared<AlignedArray<std::byte>>(plan_.arena_bytes_);
    }
  }

  std::byte* At(MemoryPlan::Buffer buffer) const { return plan_.arena_->data() + memory_.offset(buffer); }
  std::span<float> Floats(MemoryPlan::Buffer buffer, const Shape& shape) const {
    return {reinterpret_cast<float*>(At(buffer)), plan_.batch_ * shape.count()};
  }
  float* Floats(MemoryPlan::Buffer buffer) const { return reinterpret_cast<float*>(At(buffer)); }

  void MakeStep(size_t s) {
    const Stage& stage = stages_[s];
    const Node& node = NodeOf(stage.node);
    const Value& output = values_[stage.output];
    StepContext context{.batch = plan_.batch_,
                        .training = training_,
                        .precision = network_.precision(),
                        .input_shapes = node.input_shapes,
                        .output_shape = *output.shape,
                        .output = Floats(output.buffer),
                        .random_key = plan_.random_key_.get(),
                        .random_stream = stage.node};
    for (const size_t input : stage.inputs) context.inputs.push_back(Floats(values_[input].buffer));
    if (stage.saved) context.saved = At(*stage.saved);
    if (stage.demand.scratch_bytes > 0) context.scratch = At(*scratch_);
    std::vector<Accumulation> accumulations;
    if (training_) {
      context.output_gradient = Floats(*output.gradient);
      for (size_t i = 0; i < stage.inputs.size(); ++i) {
        const auto& gradient = stage.input_gradients[i];
        context.input_gradients.push_back(gradient ? Floats(*gradient) : nullptr);
        const Value& input = values_[stage.inputs[i]];
        if (gradient && *gradient != *input.gradient) {
          accumulations.push_back({Floats(*input.gradient), Floats(*gradient), plan_.batch_ * input.shape->count()});
        }
      }
    }
    for (const PlacedBlock& placed : network_.blocks().subspan(node.first_block, node.block_count)) {
      context.parameters.push_back(network_.parameters(placed).data());
      if (!training_) continue;
      const bool statistic = placed.block.kind == ParameterBlock::Kind::kStatistic;
      context.parameter_gradients.push_back(gradients_.data() + placed.offset);
      context.statistics.push_back(statistic ? statistics_.data() + placed.offset : nullptr);
    }
    AddActivation(stage, context);
    plan_.values_[stage.last_node] = {context.output, plan_.batch_ * output.shape->count()};
    plan_.steps_.push_back(node.layer->MakeStep(context));
    plan_.accumulations_.push_back(std::move(accumulations));
  }

  void AddActivation(const Stage& stage, StepContext& context) {
    const Node& last = LastNode(stage);
    const Activation* activation = last.layer->activation();
    if (activation == nullptr) return;
    context.activation.activation = activation;
    context.activation.parameters = last.layer->activation_parameters();
    if (last.block_count > 0) {
      const PlacedBlock& block = network_.blocks()[last.first_block];
      context.activation.learned = network_.parameters(block).data();
      if (training_) context.activation.learned_gradient = gradients_.data() + block.offset;
    }
    if (!stage.gates) return;
    const size_t units = last.output_shape.units();
    const size_t rows_per_example = last.output_shape.count() / units;
    context.activation.gates = reinterpret_cast<uint64_t*>(At(*stage.gates));
    plan_.gates_.push_back(
        {stage.last_node, rows_per_example, Gates(context.activation.gates, plan_.batch_ * rows_per_example, units)});
  }

  void WriteOutline() {
    PlanOutline& outline = plan_.outline_;
    for (const Stage& stage : stages_) outline.steps.push_back(TextOf(stage));
    if (training_) {
      outline.steps.emplace_back("loss");
      for (size_t s = stages_.size(); s-- > 0;) outline.steps.push_back("backward of " + TextOf(stages_[s]));
    }
    for (MemoryPlan::Buffer buffer = 0; buffer < outline_.size(); ++buffer) {
      PlannedBuffer& planned = outline_[buffer];
      planned.bytes = memory_.bytes(buffer);
      planned.offset = memory_.offset(buffer);
      planned.first = memory_.first(buffer);
      planned.last = std::min(memory_.last(buffer), outline.steps.size());
    }
    std::ranges::stable_sort(outline_, {}, &PlannedBuffer::first);
    outline.buffers = std::move(outline_);
  }

  Plan& plan_;
  const Network& network_;
  std::span<float> gradients_, statistics_;
  bool training_;
  std::vector<Value> values_;
  std::vector<Stage> stages_;
  MemoryPlan memory_;
  std::vector<PlannedBuffer> outline_;  // of each buffer of memory_
  size_t scratch_bytes_ = 0;
  std::optional<MemoryPlan::Buffer> scratch_;
};

Plan::Plan(const Network& network, size_t batch, PlanMode mode, const Arena& arena)
    : batch_(batch), mode_(mode), arena_(arena), values_(network.nodes().size()) {
  if (batch == 0) throw UsageError("a batch has at least one example");
  if (mode == PlanMode::kTrain) throw UsageError("a network that is const cannot be trained");
  Builder(*this, network, {}, {}).Build();
}

Plan::Plan(Network& network, size_t batch, PlanMode mode, const Arena& arena)
    : batch_(batch), mode_(mode), arena_(arena), values_(network.nodes().size()) {
  if (batch == 0) throw UsageError("a batch has at least one example");
  Builder(*this, network, network.gradients(), network.parameters()).Build();
}

void Plan::Forward() {
  for (const auto& step : steps_) step->Forward();
}

void Plan::Backward() {
  for (size_t s = steps_.size(); s-- > 0;) {
    steps_[s]->Backward();
    for (const Accumulation& add : accumulations_[s]) {
      ForEachValueRange(add.count, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) add.sum[i] += add.added[i];
      });
    }
  }
}

size_t BatchForExamining(const Network& network, size_t most) {
  constexpr size_t kMostBytes = size_t{8} << 20;
  size_t bytes = network.input_shape().count() * sizeof(float);
  for (const Node& node : network.nodes()) bytes += node.output_shape.count() * sizeof(float);
  return std::clamp<size_t>(kMostBytes / bytes, 1, std::max<size_t>(most, 1));
}

Plan& Plans::For(size_t batch, PlanMode mode) {
  const auto key = std::pair(batch, mode);
  const auto found = plans_.find(key);
  if (found != plans_.end()) return found->second;
  Plan& plan = plans_.emplace(key, Plan(network_, batch, mode, largest_)).first->second;
  if (largest_ == nullptr || plan.arena()->size() > largest_->size()) largest_ = plan.arena();
  return plan;
}

}  // namespace ramp
