// What a training step costs beyond its matrix products. For each network, whole steps (gather, forward, loss,
// backward, norm, update) alternate with its products alone, done by oneDNN on the same shapes; medians, and their
// ratio, are of one run.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <dnnl.hpp>
#include <string>
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

using Clock = std::chrono::steady_clock;

// A product of the step: c [m, n] = a [m, k] b [k, n], each possibly stored transposed.
struct Product {
  int64_t m, n, k;
  bool a_transposed, b_transposed;
};

// The products of one step of a multilayer perceptron; the first layer needs no gradient of its input.
std::vector<Product> ProductsOf(const std::vector<int64_t>& sizes, int64_t batch) {
  std::vector<Product> products;
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    products.push_back({batch, sizes[i + 1], sizes[i], false, false});
    products.push_back({sizes[i], sizes[i + 1], batch, true, false});
    if (i > 0) products.push_back({batch, sizes[i], sizes[i + 1], false, true});
  }
  return products;
}

class ProductsAlone {
 public:
  explicit ProductsAlone(const std::vector<Product>& products) {
    for (const Product& p : products) {
      const auto a = Describe(p.m, p.k, p.a_transposed), b = Describe(p.k, p.n, p.b_transposed);
      const auto c = Describe(p.m, p.n, false);
      primitives_.push_back(dnnl::matmul({{a, b, c}, engine_}));
      arguments_.push_back({{DNNL_ARG_SRC, Filled(a)}, {DNNL_ARG_WEIGHTS, Filled(b)}, {DNNL_ARG_DST, Filled(c)}});
    }
  }
  void Run() {
    for (size_t i = 0; i < primitives_.size(); ++i) primitives_[i].execute(stream_, arguments_[i]);
  }

 private:
  static dnnl::memory::desc Describe(int64_t rows, int64_t columns, bool transposed) {
    const auto order = transposed ? dnnl::memory::format_tag::ba : dnnl::memory::format_tag::ab;
    return {{rows, columns}, dnnl::memory::data_type::f32, order};
  }
  dnnl::memory Filled(const dnnl::memory::desc& description) {
    dnnl::memory memory(description, engine_);
    auto* values = static_cast<float*>(memory.get_data_handle());
    Random random(1);
    for (size_t i = 0; i < description.get_size() / sizeof(float); ++i) values[i] = static_cast<float>(random.Normal());
    return memory;
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<dnnl::primitive> primitives_;
  std::vector<std::unordered_map<int, dnnl::memory>> arguments_;
};

Dataset RandomData(size_t rows, size_t inputs, size_t classes) {
  Dataset data;
  data.rows = rows;
  data.encoding.shape = {inputs};
  for (size_t c = 0; c < classes; ++c) data.encoding.labels.push_back(std::to_string(c));
  std::vector<float> values(rows * inputs);
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

template <class Body>
double Microseconds(const Body& body, int repetitions) {
  const auto begin = Clock::now();
  for (int i = 0; i < repetitions; ++i) body();
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / repetitions;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void Measure(const std::string& text, const std::vector<int64_t>& sizes, size_t batch, int threads) {
  SetThreads(threads);
  const int repetitions = sizes[0] > 100 ? 10 : 500;
  constexpr int kRounds = 31;
  const Dataset data = RandomData(4096, static_cast<size_t>(sizes.front()), static_cast<size_t>(sizes.back()));
  ProductsAlone products(ProductsOf(sizes, static_cast<int64_t>(batch)));
  for (const OptimizerDefinition& optimizer : Optimizers()) {
    WholeStep step(data, text, batch, std::string(optimizer.name));
    std::vector<double> whole, alone, ratio;
    for (int round = 0; round <= kRounds; ++round) {
      const double a = Microseconds([&] { step.Run(); }, repetitions);
      const double b = Microseconds([&] { products.Run(); }, repetitions);
      if (round == 0) continue;  // warm-up
      whole.push_back(a);
      alone.push_back(b);
      ratio.push_back(a / b);
    }
    fmt::print("{:<14} batch {:<4} {} thread{}  {:<9} step {:>8.2f} us  products alone {:>8.2f} us  ratio {:.3f}\n",
               fmt::format("{}", fmt::join(sizes, "-")), batch, threads, threads == 1 ? " " : "s", optimizer.name,
               Median(whole), Median(alone), Median(ratio));
  }
}

}  // namespace
}  // namespace ramp

int main() {
  for (const int threads : {1, 2}) {
    ramp::Measure("dense 512, relu, dense 512, relu, dense", {784, 512, 512, 10}, 128, threads);
    ramp::Measure("dense 64, relu, dense 64, relu, dense", {20, 64, 64, 2}, 32, threads);
  }
  return 0;
}
