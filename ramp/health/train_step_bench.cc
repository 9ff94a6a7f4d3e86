// What a training step costs beyond its arithmetic. For each network, whole steps (gather, forward, loss, backward,
// norm, update) alternate with its products, convolutions and pooling alone, done by oneDNN on the same shapes, in the
// layouts that it prefers, without changes of layout between them; medians, and their ratio, are of one run. With one
// thread the times are processor time, which other processes disturb less.
//
//   train_step_bench [ROUNDS]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/health/recorder.h"
#include "ramp/network/initialize.h"
#include "ramp/network/plan.h"
#include "ramp/training/loss.h"
#include "ramp/training/optimizer.h"

namespace ramp {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

int64_t Size(size_t value) { return static_cast<int64_t>(value); }

// The primitives of one step.
class PrimitivesAlone {
 public:
  // c [m, n] = a [m, k] b [k, n], each possibly stored transposed.
  void AddProduct(size_t m, size_t n, size_t k, bool a_transposed, bool b_transposed) {
    const auto describe = [](size_t rows, size_t columns, bool transposed) {
      return memory::desc({Size(rows), Size(columns)}, memory::data_type::f32, transposed ? Tag::ba : Tag::ab);
    };
    const auto a = describe(m, k, a_transposed), b = describe(k, n, b_transposed), c = describe(m, n, false);
    Add(dnnl::matmul({{a, b, c}, engine_}), {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
  }
  // The products of a dense layer's forward and backward.
  void AddDense(size_t batch, size_t inputs, size_t units, bool input_gradient) {
    AddProduct(batch, units, inputs, false, false);
    AddProduct(inputs, units, batch, true, false);
    if (input_gradient) AddProduct(batch, inputs, units, false, true);
  }
  // A convolution by 3x3 with padding 1, forward and backward; with a single input channel oneDNN is faster over
  // [height, width, channels] than over what it prefers.
  void AddConvolution(size_t batch, size_t side, size_t channels, size_t units, bool input_gradient) {
    const Tag layout = channels == 1 ? Tag::nhwc : Tag::any;
    const auto direct = dnnl::algorithm::convolution_direct;
    const auto type = memory::data_type::f32;
    const memory::desc x({Size(batch), Size(channels), Size(side), Size(side)}, type, layout);
    const memory::desc y({Size(batch), Size(units), Size(side), Size(side)}, type, layout);
    const memory::desc w({Size(units), Size(channels), 3, 3}, type, Tag::any);
    const memory::dims one = {1, 1};
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, direct, x, w, y, one, one, one}, engine_);
    Add(dnnl::convolution_forward(forward), {{DNNL_ARG_SRC, forward.src_desc()},
                                             {DNNL_ARG_WEIGHTS, forward.weights_desc()},
                                             {DNNL_ARG_DST, forward.dst_desc()}});
    const dnnl::convolution_backward_weights::primitive_desc weights({direct, x, w, y, one, one, one}, engine_,
                                                                     forward);
    Add(dnnl::convolution_backward_weights(weights), {{DNNL_ARG_SRC, weights.src_desc()},
                                                      {DNNL_ARG_DIFF_DST, weights.diff_dst_desc()},
                                                      {DNNL_ARG_DIFF_WEIGHTS, weights.diff_weights_desc()}});
    if (!input_gradient) return;
    const dnnl::convolution_backward_data::primitive_desc data({direct, x, w, y, one, one, one}, engine_, forward);
    Add(dnnl::convolution_backward_data(data), {{DNNL_ARG_DIFF_DST, data.diff_dst_desc()},
                                                {DNNL_ARG_WEIGHTS, data.weights_desc()},
                                                {DNNL_ARG_DIFF_SRC, data.diff_src_desc()}});
  }
  // Max pooling by 2x2, forward and backward, over blocks of eight channels.
  void AddPooling(size_t batch, size_t side, size_t channels) {
    const auto type = memory::data_type::f32;
    const memory::desc x({Size(batch), Size(channels), Size(side), Size(side)}, type, Tag::nChw8c);
    const memory::desc y({Size(batch), Size(channels), Size(side / 2), Size(side / 2)}, type, Tag::nChw8c);
    const memory::dims two = {2, 2}, none = {0, 0};
    const auto max = dnnl::algorithm::pooling_max;
    const dnnl::pooling_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, max, x, y, two, two, none, none}, engine_);
    Add(dnnl::pooling_forward(forward),
        {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}, {DNNL_ARG_WORKSPACE, forward.workspace_desc()}});
    const memory workspace = arguments_.back().at(DNNL_ARG_WORKSPACE);
    Add(dnnl::pooling_backward({{max, x, y, two, two, none, none}, engine_, forward}),
        {{DNNL_ARG_DIFF_DST, y}, {DNNL_ARG_DIFF_SRC, x}});
    arguments_.back().insert({DNNL_ARG_WORKSPACE, workspace});
  }

  void Run() {
    for (size_t i = 0; i < primitives_.size(); ++i) primitives_[i].execute(stream_, arguments_[i]);
  }

 private:
  void Add(const dnnl::primitive& primitive, const std::vector<std::pair<int, memory::desc>>& descriptions) {
    primitives_.push_back(primitive);
    arguments_.emplace_back();
    for (const auto& [place, description] : descriptions) arguments_.back().insert({place, Filled(description)});
  }
  memory Filled(const memory::desc& description) {
    memory filled(description, engine_);
    if (description.data_type() != memory::data_type::f32) return filled;
    auto* values = static_cast<float*>(filled.get_data_handle());
    Random random(1);
    for (size_t i = 0; i < description.get_size() / sizeof(float); ++i) values[i] = static_cast<float>(random.Normal());
    return filled;
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<dnnl::primitive> primitives_;
  std::vector<std::unordered_map<int, memory>> arguments_;
};

Dataset RandomData(size_t rows, const Shape& shape, size_t classes) {
  Dataset data;
  data.rows = rows;
  data.encoding.shape = shape;
  for (size_t c = 0; c < classes; ++c) data.encoding.labels.push_back(std::to_string(c));
  std::vector<float> values(rows * shape.count());
  Random random(2);
  for (float& value : values) value = static_cast<float>(random.Normal());
  data.inputs = std::move(values);
  for (size_t row = 0; row < rows; ++row) data.labels.push_back(static_cast<int32_t>(random.Below(classes)));
  return data;
}

// One step as Trainer makes it, with the health monitors watching.
class WholeStep {
 public:
  WholeStep(const Dataset& data, const std::string& text, size_t batch, const std::string& optimizer)
      : data_(data),
        network_(text, data.encoding.shape, data.encoding.outputs()),
        plan_(network_, batch, PlanMode::kTrain),
        loss_(data, {}, batch),
        optimizer_(FindOptimizer(optimizer), network_, 0),
        norms_(network_),
        rows_(batch) {
    Initialize(network_, "", 1);
    for (uint32_t& row : rows_) row = static_cast<uint32_t>(random_.Below(data.rows));
  }
  void Run() {
    data_.Gather(rows_, plan_.input().data());
    plan_.Forward();
    const LossSums loss = loss_.Compute(plan_.output(), rows_, plan_.output_gradient());
    plan_.Backward();
    norms_.Measure();
    recorder_.OnStep({.epoch = 1,
                      .step = ++step_,
                      .steps_per_epoch = 1,
                      .network = network_,
                      .plan = plan_,
                      .norms = norms_,
                      .loss = loss});
    optimizer_.Step(1e-4, norms_.total() > 5 ? 5 / norms_.total() : 1);
  }

 private:
  const Dataset& data_;
  Network network_;
  Plan plan_;
  Loss loss_;
  Optimizer optimizer_;
  GradientNorms norms_;
  HealthRecorder recorder_;
  Random random_{3};
  std::vector<uint32_t> rows_;
  size_t step_ = 0;
};

double Now() {
  timespec now{};
  clock_gettime(Threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

template <class Body>
double Microseconds(const Body& body, int repetitions) {
  const double begin = Now();
  for (int i = 0; i < repetitions; ++i) body();
  return (Now() - begin) / repetitions;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

struct Case {
  std::string name, text;
  Shape input;
  size_t outputs, batch;
  int repetitions;  // in each round
  void (*add_primitives)(PrimitivesAlone& alone);
};

const Case kCases[] = {
    {"784-512-512-10",
     "dense 512, relu, dense 512, relu, dense",
     {784},
     10,
     128,
     10,
     [](PrimitivesAlone& alone) {
       alone.AddDense(128, 784, 512, false);
       alone.AddDense(128, 512, 512, true);
       alone.AddDense(128, 512, 10, true);
     }},
    {"20-64-64-2",
     "dense 64, relu, dense 64, relu, dense",
     {20},
     2,
     32,
     500,
     [](PrimitivesAlone& alone) {
       alone.AddDense(32, 20, 64, false);
       alone.AddDense(32, 64, 64, true);
       alone.AddDense(32, 64, 2, true);
     }},
    {"small CNN",
     "conv 32 3x3, relu, conv 64 3x3, relu, maxpool 2, dense 128, relu, dense",
     {28, 28, 1},
     10,
     64,
     1,
     [](PrimitivesAlone& alone) {
       alone.AddConvolution(64, 28, 1, 32, false);
       alone.AddConvolution(64, 28, 32, 64, true);
       alone.AddPooling(64, 28, 64);
       alone.AddDense(64, 14 * 14 * 64, 128, true);
       alone.AddDense(64, 128, 10, true);
     }},
};

void Measure(const Case& c, int threads, int rounds) {
  SetThreads(threads);
  const Dataset data = RandomData(4096, c.input, c.outputs);
  PrimitivesAlone primitives;
  c.add_primitives(primitives);
  for (const OptimizerDefinition& optimizer : Optimizers()) {
    WholeStep step(data, c.text, c.batch, std::string(optimizer.name));
    std::vector<double> whole, alone, ratio;
    for (int round = 0; round <= rounds; ++round) {
      const double a = Microseconds([&] { step.Run(); }, c.repetitions);
      const double b = Microseconds([&] { primitives.Run(); }, c.repetitions);
      if (round == 0) continue;  // warm-up
      whole.push_back(a);
      alone.push_back(b);
      ratio.push_back(a / b);
    }
    fmt::print("{:<14} batch {:<4} {} thread{}  {:<9} step {:>9.2f} us  primitives alone {:>9.2f} us  ratio {:.3f}\n",
               c.name, c.batch, threads, threads == 1 ? " " : "s", optimizer.name, Median(whole), Median(alone),
               Median(ratio));
  }
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 31;
  for (const int threads : {1, 2}) {
    for (const ramp::Case& c : ramp::kCases) ramp::Measure(c, threads, rounds);
  }
  return 0;
}
