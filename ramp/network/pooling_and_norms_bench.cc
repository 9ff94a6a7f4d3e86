// Pooling by 2x2 and the norms over 64 pictures of 28x28x64, ours against oneDNN's over the same layout. One thread,
// processor time, medians.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "ramp/base/memory.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/network/normalization.h"
#include "ramp/network/pooling.h"

namespace ramp {
namespace {

using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

constexpr size_t kBatch = 64, kSide = 28, kChannels = 64;
constexpr size_t kInputs = kBatch * kSide * kSide * kChannels;
constexpr int kRounds = 15;

double Microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

template <class Body>
double Median(const Body& body) {
  std::vector<double> times;
  body();
  for (int round = 0; round < kRounds; ++round) {
    const double begin = Microseconds();
    body();
    times.push_back(Microseconds() - begin);
  }
  std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return times[kRounds / 2];
}

void Print(const std::string& name, double forward, double backward) {
  fmt::print("{:<24} forward {:>7.0f} us   backward {:>7.0f} us\n", name, forward, backward);
}

// oneDNN's primitives with memory of their own.
class Library {
 public:
  void Pooling(const std::string& name, dnnl::algorithm algorithm) {
    const memory::desc x = Picture(kSide), y = Picture(kSide / 2);
    const memory::dims two = {2, 2}, none = {0, 0};
    const dnnl::pooling_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, algorithm, x, y, two, two, none, none}, engine_);
    const dnnl::pooling_backward::primitive_desc backward({algorithm, x, y, two, two, none, none}, engine_, forward);
    const memory input(x, engine_), output(y, engine_), workspace(forward.workspace_desc(), engine_);
    Time(name, dnnl::pooling_forward(forward),
         {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}, {DNNL_ARG_WORKSPACE, workspace}},
         dnnl::pooling_backward(backward),
         {{DNNL_ARG_DIFF_SRC, input}, {DNNL_ARG_DIFF_DST, output}, {DNNL_ARG_WORKSPACE, workspace}});
  }

  void BatchNorm() {
    const memory::desc x = Picture(kSide);
    const dnnl::batch_normalization_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, x, kNormalizationEpsilon, flags_}, engine_);
    const dnnl::batch_normalization_backward::primitive_desc backward(
        {dnnl::prop_kind::backward, x, x, kNormalizationEpsilon, flags_}, engine_, forward);
    Norm("oneDNN batchnorm", dnnl::batch_normalization_forward(forward), dnnl::batch_normalization_backward(backward),
         x, forward.mean_desc());
  }

  void LayerNorm() {
    const memory::desc x({static_cast<int64_t>(kInputs / kChannels), static_cast<int64_t>(kChannels)},
                         memory::data_type::f32, memory::format_tag::ab);
    const dnnl::layer_normalization_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, x, kNormalizationEpsilon, flags_}, engine_);
    const dnnl::layer_normalization_backward::primitive_desc backward(
        {dnnl::prop_kind::backward, x, x, kNormalizationEpsilon, flags_}, engine_, forward);
    Norm("oneDNN layernorm", dnnl::layer_normalization_forward(forward), dnnl::layer_normalization_backward(backward),
         x, forward.mean_desc());
  }

 private:
  const dnnl::normalization_flags flags_ = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;

  static memory::desc Picture(size_t side) {
    const int64_t length = static_cast<int64_t>(side);
    return {{static_cast<int64_t>(kBatch), static_cast<int64_t>(kChannels), length, length},
            memory::data_type::f32,
            memory::format_tag::nhwc};
  }

  void Norm(const std::string& name, const dnnl::primitive& forward, const dnnl::primitive& backward,
            const memory::desc& values, const memory::desc& statistics) {
    const memory::desc units({static_cast<int64_t>(kChannels)}, memory::data_type::f32, memory::format_tag::a);
    const memory input(values, engine_), output(values, engine_), gradient(values, engine_), mean(statistics, engine_),
        variance(statistics, engine_), scale(units, engine_), shift(units, engine_);
    auto* floats = static_cast<float*>(input.get_data_handle());
    Random random(1);
    for (size_t i = 0; i < kInputs; ++i) floats[i] = static_cast<float>(random.Normal());
    Arguments arguments = {{DNNL_ARG_SRC, input},         {DNNL_ARG_DST, output},  {DNNL_ARG_MEAN, mean},
                           {DNNL_ARG_VARIANCE, variance}, {DNNL_ARG_SCALE, scale}, {DNNL_ARG_SHIFT, shift}};
    Arguments back = arguments;
    back.erase(DNNL_ARG_DST);
    back.insert({{DNNL_ARG_DIFF_DST, output},
                 {DNNL_ARG_DIFF_SRC, gradient},
                 {DNNL_ARG_DIFF_SCALE, memory(units, engine_)},
                 {DNNL_ARG_DIFF_SHIFT, memory(units, engine_)}});
    Time(name, forward, arguments, backward, back);
  }

  void Time(const std::string& name, const dnnl::primitive& forward, const Arguments& forward_arguments,
            const dnnl::primitive& backward, const Arguments& backward_arguments) {
    const double first = Median([&] { forward.execute(stream_, forward_arguments); });
    Print(name, first, Median([&] { backward.execute(stream_, backward_arguments); }));
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
};

Floats Normal(size_t count, uint64_t seed) {
  Random random(seed);
  Floats values(count);
  for (float& value : values.span()) value = static_cast<float>(random.Normal());
  return values;
}

void MeasurePooling() {
  const PoolingSizes sizes{kBatch, kChannels, {kSide, 2, 2}, {kSide, 2, 2}};
  const Floats input = Normal(kInputs, 1), gradient = Normal(sizes.outputs(), 2);
  Floats output(sizes.outputs()), input_gradient(kInputs);
  std::vector<std::byte> saved(MaxPooling::SavedBytes(sizes));
  const MaxPooling max(sizes, input.data(), output.data(), saved.data(), gradient.data(), input_gradient.data());
  const AveragePooling average(sizes, input.data(), output.data(), gradient.data(), input_gradient.data());
  Print("maxpool", Median([&] { max.Forward(); }), Median([&] { max.Backward(); }));
  Library().Pooling("oneDNN max pooling", dnnl::algorithm::pooling_max);
  Print("averagepool", Median([&] { average.Forward(); }), Median([&] { average.Backward(); }));
  Library().Pooling("oneDNN average pooling", dnnl::algorithm::pooling_avg_exclude_padding);
}

void MeasureNorms() {
  const size_t rows = kInputs / kChannels;
  const Floats input = Normal(kInputs, 1), gradient = Normal(kInputs, 2), scale = Normal(kChannels, 3);
  const Floats shift(kChannels);
  Floats output(kInputs), input_gradient(kInputs), scale_gradient(kChannels), shift_gradient(kChannels);
  Floats mean(kChannels), variance(kChannels);
  Floats saved(std::max(LayerNormalization::SavedFloats(rows), BatchNormalization::SavedFloats(kChannels)));
  Floats scratch(
      std::max(LayerNormalization::ScratchFloats(rows, kChannels), BatchNormalization::ScratchFloats(rows, kChannels)));
  const NormalizationArrays arrays{.rows = rows,
                                   .units = kChannels,
                                   .input = input.data(),
                                   .scale = scale.data(),
                                   .shift = shift.data(),
                                   .output = output.data(),
                                   .gradient = gradient.data(),
                                   .input_gradient = input_gradient.data(),
                                   .scale_gradient = scale_gradient.data(),
                                   .shift_gradient = shift_gradient.data(),
                                   .saved = saved.data(),
                                   .scratch = scratch.data()};
  const BatchNormalization batch(arrays);
  Print("batchnorm", Median([&] { batch.TrainingForward(mean.data(), variance.data()); }),
        Median([&] { batch.Backward(); }));
  Library().BatchNorm();
  const LayerNormalization layer(arrays);
  Print("layernorm", Median([&] { layer.Forward(); }), Median([&] { layer.Backward(); }));
  Library().LayerNorm();
}

}  // namespace
}  // namespace ramp

int main() {
  ramp::SetThreads(1);
  ramp::MeasurePooling();
  ramp::MeasureNorms();
  return 0;
}
