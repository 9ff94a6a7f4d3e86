// Convolutions: ours over [batch, height, width, channels] against oneDNN's over the same layout (its weights in the
// format that it prefers), over the layout that it prefers for everything, and against copying the windows to a matrix
// for its product. Each result is compared with oneDNN's first. Times are medians of one run in turns; with one thread
// they are processor time, which other processes disturb less.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <dnnl.hpp>
#include <functional>
#include <string>
#include <vector>

#include "ramp/base/memory.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/network/convolution.h"

namespace ramp {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

constexpr int kRounds = 7;

double Microseconds() {
  timespec now{};
  clock_gettime(Threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

int64_t Size(size_t value) { return static_cast<int64_t>(value); }

Floats Normal(size_t count, uint64_t seed) {
  Random random(seed);
  Floats values(count);
  for (float& value : values.span()) value = static_cast<float>(random.Normal());
  return values;
}

// The three passes of oneDNN with one layout of the pictures.
class OneDnnConvolution {
 public:
  OneDnnConvolution(const ConvolutionSizes& s, Tag layout) {
    const memory::dims source = {Size(s.batch), Size(s.in_channels), Size(s.height.input), Size(s.width.input)};
    const memory::dims target = {Size(s.batch), Size(s.out_channels), Size(s.height.output()), Size(s.width.output())};
    const memory::dims kernel = {Size(s.out_channels), Size(s.in_channels), Size(s.height.window),
                                 Size(s.width.window)};
    const memory::dims strides = {Size(s.height.stride), Size(s.width.stride)};
    const memory::dims before = {Size(s.height.pad_before), Size(s.width.pad_before)};
    const memory::dims after = {Size(s.height.pad_after), Size(s.width.pad_after)};
    const auto type = memory::data_type::f32;
    const memory::desc x(source, type, layout), w(kernel, type, Tag::any), y(target, type, layout);
    const auto direct = dnnl::algorithm::convolution_direct;
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, direct, x, w, y, strides, before, after}, engine_);
    const dnnl::convolution_backward_data::primitive_desc data({direct, x, w, y, strides, before, after}, engine_,
                                                               forward);
    const dnnl::convolution_backward_weights::primitive_desc weights({direct, x, w, y, strides, before, after}, engine_,
                                                                     forward);
    Add("forward", dnnl::convolution_forward(forward), forward.impl_info_str(),
        {{DNNL_ARG_SRC, forward.src_desc()},
         {DNNL_ARG_WEIGHTS, forward.weights_desc()},
         {DNNL_ARG_DST, forward.dst_desc()}});
    Add("input gradient", dnnl::convolution_backward_data(data), data.impl_info_str(),
        {{DNNL_ARG_DIFF_DST, data.diff_dst_desc()},
         {DNNL_ARG_WEIGHTS, data.weights_desc()},
         {DNNL_ARG_DIFF_SRC, data.diff_src_desc()}});
    Add("weight gradient", dnnl::convolution_backward_weights(weights), weights.impl_info_str(),
        {{DNNL_ARG_SRC, weights.src_desc()},
         {DNNL_ARG_DIFF_DST, weights.diff_dst_desc()},
         {DNNL_ARG_DIFF_WEIGHTS, weights.diff_weights_desc()}});
  }

  struct Pass {
    std::string name, implementation;
    dnnl::primitive primitive;
    std::vector<std::pair<int, memory>> arguments;  // the last is the result
  };
  std::vector<Pass>& passes() { return passes_; }

  void Run(const Pass& pass) { pass.primitive.execute(stream_, {pass.arguments.begin(), pass.arguments.end()}); }

  // The argument gets plain values, [.., units] or [height, width, in, out].
  void Fill(const Pass& pass, size_t argument, const Floats& values) {
    const memory& to = pass.arguments[argument].second;
    memory from(Plain(to, IsWeights(pass, argument)), engine_, const_cast<float*>(values.data()));
    dnnl::reorder(from, to).execute(stream_, from, const_cast<memory&>(to));
  }
  Floats Result(const Pass& pass) {
    const memory& from = pass.arguments.back().second;
    const memory::desc plain = Plain(from, IsWeights(pass, pass.arguments.size() - 1));
    Floats values(plain.get_size() / sizeof(float));
    memory to(plain, engine_, values.data());
    dnnl::reorder(from, to).execute(stream_, const_cast<memory&>(from), to);
    return values;
  }

 private:
  static bool IsWeights(const Pass& pass, size_t argument) {
    return pass.arguments[argument].first == DNNL_ARG_WEIGHTS ||
           pass.arguments[argument].first == DNNL_ARG_DIFF_WEIGHTS;
  }
  static memory::desc Plain(const memory& of, bool weights) {
    return {of.get_desc().dims(), memory::data_type::f32, weights ? Tag::hwio : Tag::nhwc};
  }
  void Add(const std::string& name, const dnnl::primitive& primitive, const std::string& implementation,
           const std::vector<std::pair<int, memory::desc>>& arguments) {
    Pass pass{name, implementation, primitive, {}};
    for (const auto& [place, description] : arguments) pass.arguments.emplace_back(place, memory(description, engine_));
    passes_.push_back(pass);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<Pass> passes_;
};

// The product [positions, window] x [window, out_channels] alone, without the copying that comes before.
std::function<void()> MatrixProductAlone(const ConvolutionSizes& s) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const int64_t rows = Size(s.batch * s.height.output() * s.width.output());
  const int64_t depth = Size(s.height.window * s.width.window * s.in_channels), columns = Size(s.out_channels);
  const auto describe = [](int64_t m, int64_t n) { return memory::desc({m, n}, memory::data_type::f32, Tag::ab); };
  const auto a = describe(rows, depth), b = describe(depth, columns), c = describe(rows, columns);
  const dnnl::matmul product({{a, b, c}, engine});
  const std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, memory(a, engine)}, {DNNL_ARG_WEIGHTS, memory(b, engine)}, {DNNL_ARG_DST, memory(c, engine)}};
  dnnl::stream stream(engine);
  return [=]() mutable { product.execute(stream, arguments); };
}

// The times in turns, so that a disturbance meets all of them; the median of each.
std::vector<double> Medians(const std::vector<std::function<void()>>& bodies) {
  std::vector<std::vector<double>> times(bodies.size());
  for (int round = 0; round <= kRounds; ++round) {
    for (size_t i = 0; i < bodies.size(); ++i) {
      const double begin = Microseconds();
      bodies[i]();
      if (round > 0) times[i].push_back(Microseconds() - begin);
    }
  }
  std::vector<double> medians;
  for (std::vector<double>& all : times) {
    std::nth_element(all.begin(), all.begin() + kRounds / 2, all.end());
    medians.push_back(all[kRounds / 2]);
  }
  return medians;
}

void CheckEqual(const Floats& ours, const Floats& theirs, const std::string& what) {
  double error = 0, size = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    const double a = static_cast<double>(ours[i]), b = static_cast<double>(theirs[i]);
    error += (a - b) * (a - b);
    size += b * b;
  }
  if (std::sqrt(error / size) < 1e-5) return;
  fmt::print("{}: the results differ by {:.2g}\n", what, std::sqrt(error / size));
  std::exit(1);
}

void Measure(const std::string& name, const ConvolutionSizes& s, int threads) {
  SetThreads(threads);
  const size_t positions = s.batch * s.height.output() * s.width.output();
  const size_t window = s.height.window * s.width.window * s.in_channels;
  const Floats input = Normal(s.batch * s.height.input * s.width.input * s.in_channels, 1);
  const Floats weights = Normal(window * s.out_channels, 2);
  const Floats gradient = Normal(positions * s.out_channels, 3);
  Floats output(gradient.size()), input_gradient(input.size()), weight_gradient(weights.size());
  Floats scratch(Convolution::ScratchFloats(s));

  OneDnnConvolution same(s, Tag::nhwc), preferred(s, Tag::any);
  Convolution ours[] = {
      Convolution::Forward(s, input.data(), weights.data(), nullptr, output.data(), scratch.data()),
      Convolution::InputGradient(s, gradient.data(), weights.data(), input_gradient.data(), scratch.data()),
      Convolution::WeightGradient(s, input.data(), gradient.data(), weight_gradient.data(), scratch.data())};
  const Floats* arguments[3][2] = {{&input, &weights}, {&gradient, &weights}, {&input, &gradient}};
  const Floats* results[3] = {&output, &input_gradient, &weight_gradient};
  for (size_t i = 0; i < 3; ++i) {
    OneDnnConvolution::Pass &pass = same.passes()[i], &free = preferred.passes()[i];
    for (size_t argument = 0; argument < 2; ++argument) {
      same.Fill(pass, argument, *arguments[i][argument]);
      preferred.Fill(free, argument, *arguments[i][argument]);
    }
    same.Run(pass);
    ours[i].Run();
    CheckEqual(*results[i], same.Result(pass), name + " " + pass.name);
    const std::vector<double> times =
        Medians({[&] { ours[i].Run(); }, [&] { same.Run(pass); }, [&] { preferred.Run(free); }});
    const double giga = 2e-3 * static_cast<double>(positions * window * s.out_channels);
    fmt::print(
        "{} {:<15} {:<15} ours {:>7.0f} us {:>5.1f} GFLOP/s   nhwc {:>7.0f} us {:>5.1f} {:<10} any {:>7.0f} us "
        "{:>5.1f} {}\n",
        threads, name, pass.name, times[0], giga / times[0], times[1], giga / times[1], pass.implementation, times[2],
        giga / times[2], free.implementation);
  }
  const double product = Medians({MatrixProductAlone(s)})[0];
  fmt::print("{} {:<15} product of copied windows, without the copying {:>7.0f} us\n", threads, name, product);
}

ConvolutionSizes Square(size_t side, size_t in, size_t out, size_t pad, size_t stride = 1) {
  const WindowAxis axis{side, 3, stride, 1, pad, pad};
  return {64, in, out, 1, axis, axis};
}

}  // namespace
}  // namespace ramp

int main() {
  for (const int threads : {1, 2}) {
    ramp::Measure("28x28x1->32", ramp::Square(28, 1, 32, 1), threads);
    ramp::Measure("28x28x32->64", ramp::Square(28, 32, 64, 1), threads);
    ramp::Measure("26x26x32->64", ramp::Square(26, 32, 64, 0), threads);
    ramp::Measure("14x14x64->64", ramp::Square(14, 64, 64, 1), threads);
    ramp::Measure("28x28x32->64/2", ramp::Square(28, 32, 64, 1, 2), threads);
  }
  return 0;
}
