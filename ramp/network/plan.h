// A plan: a network at work on batches of one size. Making it checks every shape, books all memory in one arena and
// creates every oneDNN primitive; running it neither throws nor allocates.
#ifndef RAMP_NETWORK_PLAN_H_
#define RAMP_NETWORK_PLAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ramp/activation/gates.h"
#include "ramp/base/memory.h"
#include "ramp/network/memory_plan.h"
#include "ramp/network/network.h"

namespace ramp {

enum class PlanMode {
  kInference,  // forward alone, in as little memory as possible
  kExamine,    // inference that also writes the gates and keeps every value until the next Forward
  kTrain,      // forward with dropout, backward; gates are kept until the next Forward
};

// The gates of one activation: [batch x rows of an example, units].
struct WatchedGates {
  size_t node = 0;  // the activation's index in Network::nodes()
  size_t rows_per_example = 1;
  Gates gates;
};

// One buffer of a plan. It lives from the step `first` to the step `last`, both included, counted through forward and
// on through backward; several values share it where one overwrites the other.
struct PlannedBuffer {
  std::string purpose = {};  // "output of dense 8", "gates of relu"
  std::string kept = {};     // who reads it on the way back: "backward of dense 8 (step 9)"; empty when nobody does
  size_t bytes = 0, offset = 0, first = 0, last = 0;
};

struct PlanOutline {
  std::vector<std::string> steps = {};  // forward, then backward; step 0 of a buffer's life is the input's
  std::vector<PlannedBuffer> buffers = {};
};

using Arena = std::shared_ptr<AlignedArray<std::byte>>;

class Plan {
 public:
  // Reads the network's parameters where they lie, so the network must outlive the plan and keep its place.
  // `arena` is memory that other plans use, too, never at the same time: what one of them holds is gone when another
  // runs. It is taken where it is large enough; else the plan has one of its own.
  Plan(const Network& network, size_t batch, PlanMode mode, const Arena& arena = {});  // kInference, kExamine
  // kTrain, too: Backward writes network.gradients(), and Forward keeps its statistics up to date.
  Plan(Network& network, size_t batch, PlanMode mode, const Arena& arena = {});

  size_t batch() const { return batch_; }
  PlanMode mode() const { return mode_; }
  std::span<float> input() { return input_; }                      // [batch, input_shape], to be filled before Forward
  std::span<const float> output() const { return output_; }        // [batch, output_shape]
  std::span<float> output_gradient() { return output_gradient_; }  // likewise, to be filled before Backward
  // Dropout draws from it: another key, other units.
  void set_random_key(uint64_t key) { *random_key_ = key; }

  void Forward();
  // Sets the gradients (it adds nothing), and destroys output_gradient.
  void Backward();

  std::span<const WatchedGates> gates() const { return gates_; }
  // kExamine: the output of a node, [batch, output_shape]; empty for a node whose step took in the activation behind
  // it.
  std::span<const float> value(size_t node) const { return values_[node]; }
  const Arena& arena() const { return arena_; }
  size_t arena_bytes() const { return arena_bytes_; }
  // What was planned, for people: the steps and the buffers, in the order in which they come to life.
  const PlanOutline& outline() const { return outline_; }

 private:
  class Builder;
  // sum [count] += added [count], once the backward of a step has written `added`.
  struct Accumulation {
    float* sum;
    const float* added;
    size_t count;
  };

  size_t batch_;
  PlanMode mode_;
  Arena arena_;
  size_t arena_bytes_ = 0;  // that this plan uses
  std::unique_ptr<uint64_t> random_key_ = std::make_unique<uint64_t>(0);
  std::vector<std::unique_ptr<Step>> steps_;
  std::vector<std::vector<Accumulation>> accumulations_;  // of each step
  std::vector<WatchedGates> gates_;
  std::vector<std::span<const float>> values_;
  std::span<float> input_, output_, output_gradient_;
  PlanOutline outline_;
};

// How many examples to examine at a time, at most `most`: kExamine keeps every value, which for a deep network and a
// large batch would be more memory than training takes.
size_t BatchForExamining(const Network& network, size_t most);

// The plans of one network, made when they are first asked for. The network must outlive them and keep its place. They
// share the largest arena, so what a plan holds is gone when another runs.
class Plans {
 public:
  explicit Plans(Network& network) : network_(network) {}
  Plan& For(size_t batch, PlanMode mode);

 private:
  Network& network_;
  Arena largest_;
  std::map<std::pair<size_t, PlanMode>, Plan> plans_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_PLAN_H_
