#include "ramp/network/convolution.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ramp/base/parallel.h"
#include "ramp/network/sliding_windows.h"

namespace ramp {
namespace {

// Fewer multiply-adds than this are done before another thread has begun.
constexpr size_t kGrain = size_t{1} << 18;
// The same for values that are copied.
constexpr size_t kCopyGrain = 16384;

// A picture of one row is a column, which is cut in bands more evenly.
ConvolutionSizes Upright(ConvolutionSizes sizes) {
  const WindowAxis& height = sizes.height;
  if (height.input == 1 && height.window == 1 && height.output() == 1) std::swap(sizes.height, sizes.width);
  return sizes;
}

size_t WorkParts(const ConvolutionSizes& sizes) {
  const size_t window = sizes.height.window * sizes.width.window * (sizes.in_channels / sizes.groups);
  return Parts(sizes.batch * sizes.height.output() * sizes.width.output() * sizes.out_channels * window, kGrain);
}

SlidingWindows ForwardWindows(const ConvolutionSizes& sizes) {
  return {ForwardAxis(sizes.height),
          ForwardAxis(sizes.width),
          {sizes.in_channels, sizes.out_channels, sizes.groups},
          sizes.batch,
          WorkParts(sizes)};
}

std::vector<SlidingWindows> GradientWindows(const ConvolutionSizes& sizes) {
  std::vector<SlidingWindows> classes;
  for (const SlidingAxis& height : GradientAxes(sizes.height)) {
    for (const SlidingAxis& width : GradientAxes(sizes.width)) {
      classes.emplace_back(height, width, SlidingWindows::Channels{sizes.out_channels, sizes.in_channels, sizes.groups},
                           sizes.batch, WorkParts(sizes));
    }
  }
  return classes;
}

// The panels of one group's product, see WindowProductKernel.
size_t PanelFloats(const SlidingWindows& windows) {
  return Panels(windows.columns()) * (1 + windows.depth()) * kPanelColumns;
}
// The weights of all groups as the kernels read them.
size_t WeightFloats(const SlidingWindows& windows) {
  return windows.groups() * (windows.ByChannel() ? 1 + windows.depth() : PanelFloats(windows));
}
size_t ProductScratch(const SlidingWindows& windows, size_t parts) {
  return WeightFloats(windows) + parts * windows.CopyFloats();
}
// The sums of all groups over one part of the batch.
size_t SumsFloats(const SlidingWindows& windows) {
  const size_t columns = windows.ByChannel() ? 1 : Panels(windows.columns()) * kPanelColumns;
  return windows.groups() * columns * windows.depth();
}

}  // namespace

class Convolution::Form {
 public:
  virtual ~Form() = default;
  virtual void Run() = 0;
};

// Forward, and the gradient of the input: windows over the source, times the weights.
class Convolution::ProductForm final : public Form {
 public:
  // An element of b in group g: weights[tap * tap_stride + g * group_stride + k * depth_stride + column *
  // column_stride], where k counts the source's channels in the group.
  struct WeightStrides {
    size_t tap = 0, group = 0, depth = 0, column = 0;
  };

  ProductForm(const ConvolutionSizes& sizes, SlidingWindows windows, const WeightStrides& strides, const float* source,
              const float* weights, const float* bias, float* target, float* scratch)
      : windows_(std::move(windows)),
        strides_(strides),
        source_(source),
        weights_(weights),
        bias_(bias),
        target_(target),
        panels_(scratch),
        copies_(scratch + WeightFloats(windows_)),
        parts_(std::min(WorkParts(sizes), windows_.items())),
        kernel_(GetWindowProductKernel()),
        channel_kernel_(GetChannelProductKernel()) {
    for (const SlidingWindows::Tap& tap : windows_.taps()) taps_.push_back(tap.height * sizes.width.window + tap.width);
  }

  void Run() override {
    if (windows_.ByChannel()) {
      PackRows();
    } else {
      PackWeights();
    }
    const size_t groups = windows_.groups(), columns = windows_.columns();
    ParallelRanges(windows_.items(), parts_, 1, [&](size_t begin, size_t end, size_t part) {
      float* copy = copies_ + part * windows_.CopyFloats();
      for (size_t item = begin; item < end; ++item) {
        Windows windows = windows_.Prepare(item, source_, copy);
        float* target = target_ + windows_.TargetOffset(item);
        if (windows_.ByChannel()) {
          windows.columns = groups;
          channel_kernel_(windows, panels_, target);
          continue;
        }
        for (size_t group = 0; group < groups; ++group) {
          kernel_(windows, panels_ + group * PanelFloats(windows_), target + group * columns);
          windows.source += windows_.GroupChannels();
        }
      }
    });
  }

 private:
  void PackWeights() {
    const size_t panels = Panels(windows_.columns()), count = windows_.groups() * panels;
    const size_t parts = std::min(count, Parts(count * windows_.depth() * kPanelColumns, kCopyGrain));
    ParallelRanges(count, parts, 1, [&](size_t begin, size_t end, size_t) {
      for (size_t i = begin; i < end; ++i) PackPanel(i / panels, i % panels * kPanelColumns);
    });
  }

  // A row of the channels for each tap, behind that of the bias.
  void PackRows() {
    const size_t channels = windows_.groups();
    if (bias_ == nullptr) {
      std::fill_n(panels_, channels, 0.0f);
    } else {
      std::copy_n(bias_, channels, panels_);
    }
    for (size_t i = 0; i < taps_.size(); ++i) {
      std::copy_n(weights_ + taps_[i] * strides_.tap, channels, panels_ + (1 + i) * channels);
    }
  }

  void PackPanel(size_t group, size_t first_column) {
    const size_t columns = std::min(kPanelColumns, windows_.columns() - first_column);
    float* row = panels_ + group * PanelFloats(windows_) + first_column * (1 + windows_.depth());
    std::fill_n(row, kPanelColumns, 0.0f);
    if (bias_ != nullptr) std::copy_n(bias_ + group * windows_.columns() + first_column, columns, row);
    for (const size_t tap : taps_) {
      const float* from = weights_ + tap * strides_.tap + group * strides_.group + first_column * strides_.column;
      for (size_t k = 0; k < windows_.GroupChannels(); ++k) {
        row += kPanelColumns;
        for (size_t c = 0; c < columns; ++c) row[c] = from[c * strides_.column];
        std::fill_n(row + columns, kPanelColumns - columns, 0.0f);
        from += strides_.depth;
      }
    }
  }

  SlidingWindows windows_;
  WeightStrides strides_;
  std::vector<size_t> taps_;  // the place in the kernel of each tap
  const float* source_;
  const float* weights_;
  const float* bias_;
  float* target_;
  float* panels_;  // [groups, PanelFloats], or [1 + taps, channels]
  float* copies_;  // [parts, CopyFloats]
  size_t parts_;
  WindowProductKernel kernel_;
  ChannelProductKernel channel_kernel_;
};

// The gradient of the weights: each part of the batch has sums of its own, which are then added in a fixed order.
class Convolution::SumsForm final : public Form {
 public:
  SumsForm(const ConvolutionSizes& sizes, const float* input, const float* output_gradient, float* weight_gradient,
           float* scratch)
      : windows_(ForwardWindows(sizes)),
        input_(input),
        output_gradient_(output_gradient),
        weight_gradient_(weight_gradient),
        parts_(std::min(WorkParts(sizes), windows_.items())),
        sums_(scratch),
        copies_(scratch + parts_ * SumsFloats(windows_)),
        kernel_(GetWindowSumsKernel()),
        channel_kernel_(GetChannelSumsKernel()) {}

  void Run() override {
    const size_t groups = windows_.groups(), columns = windows_.columns(), depth = windows_.depth();
    const size_t group_floats = SumsFloats(windows_) / groups;
    ParallelRanges(windows_.items(), parts_, 1, [&](size_t begin, size_t end, size_t part) {
      float* sums = sums_ + part * SumsFloats(windows_);
      float* copy = copies_ + part * windows_.CopyFloats();
      std::fill_n(sums, SumsFloats(windows_), 0.0f);
      for (size_t item = begin; item < end; ++item) {
        Windows windows = windows_.Prepare(item, input_, copy);
        const float* gradient = output_gradient_ + windows_.TargetOffset(item);
        if (windows_.ByChannel()) {
          windows.columns = groups;
          channel_kernel_(windows, gradient, sums);
          continue;
        }
        for (size_t group = 0; group < groups; ++group) {
          kernel_(windows, gradient + group * columns, sums + group * group_floats);
          windows.source += windows_.GroupChannels();
        }
      }
    });
    ParallelRanges(depth, std::min(depth, Parts(depth * columns * groups, kCopyGrain)), 1,
                   [&](size_t begin, size_t end, size_t) {
                     for (size_t k = begin; k < end; ++k) AddParts(k);
                   });
  }

 private:
  // One row of the weights, [out_channels].
  void AddParts(size_t k) {
    const size_t groups = windows_.groups(), columns = windows_.columns(), depth = windows_.depth();
    const size_t group_floats = SumsFloats(windows_) / groups;
    float* row = weight_gradient_ + k * groups * columns;
    if (windows_.ByChannel()) return AddPartsTo(row, sums_ + k * groups, groups);
    for (size_t group = 0; group < groups; ++group) {
      for (size_t first = 0; first < columns; first += kPanelColumns) {
        const size_t count = std::min(kPanelColumns, columns - first);
        AddPartsTo(row, sums_ + group * group_floats + first * depth + k * kPanelColumns, count);
        row += count;
      }
    }
  }
  // `sums` of the first part; those of the others follow at equal distances.
  void AddPartsTo(float* row, const float* sums, size_t count) const {
    std::copy_n(sums, count, row);
    for (size_t part = 1; part < parts_; ++part) {
      sums += SumsFloats(windows_);
      for (size_t i = 0; i < count; ++i) row[i] += sums[i];
    }
  }

  SlidingWindows windows_;
  const float* input_;
  const float* output_gradient_;
  float* weight_gradient_;
  size_t parts_;
  float* sums_;    // [parts, groups, panels, depth, kPanelColumns], or [parts, taps, channels]
  float* copies_;  // [parts, CopyFloats]
  WindowSumsKernel kernel_;
  ChannelSumsKernel channel_kernel_;
};

Convolution::Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;
Convolution::~Convolution() = default;
Convolution::Convolution(std::vector<std::unique_ptr<Form>> forms) : forms_(std::move(forms)) {}

size_t Convolution::ScratchFloats(const ConvolutionSizes& given) {
  const ConvolutionSizes sizes = Upright(given);
  const size_t parts = WorkParts(sizes);
  const SlidingWindows forward = ForwardWindows(sizes);
  size_t floats = std::max(ProductScratch(forward, parts), parts * (SumsFloats(forward) + forward.CopyFloats()));
  for (const SlidingWindows& gradient : GradientWindows(sizes)) {
    floats = std::max(floats, ProductScratch(gradient, parts));
  }
  return floats;
}

Convolution Convolution::Forward(const ConvolutionSizes& given, const float* input, const float* weights,
                                 const float* bias, float* output, float* scratch) {
  const ConvolutionSizes sizes = Upright(given);
  const size_t group_columns = sizes.out_channels / sizes.groups, depth = sizes.in_channels / sizes.groups;
  const ProductForm::WeightStrides strides{
      .tap = depth * sizes.out_channels, .group = group_columns, .depth = sizes.out_channels, .column = 1};
  std::vector<std::unique_ptr<Form>> forms;
  forms.push_back(
      std::make_unique<ProductForm>(sizes, ForwardWindows(sizes), strides, input, weights, bias, output, scratch));
  return Convolution(std::move(forms));
}

Convolution Convolution::InputGradient(const ConvolutionSizes& given, const float* output_gradient,
                                       const float* weights, float* input_gradient, float* scratch) {
  const ConvolutionSizes sizes = Upright(given);
  const size_t group_columns = sizes.out_channels / sizes.groups, depth = sizes.in_channels / sizes.groups;
  const ProductForm::WeightStrides strides{
      .tap = depth * sizes.out_channels, .group = group_columns, .depth = 1, .column = sizes.out_channels};
  std::vector<std::unique_ptr<Form>> forms;
  for (SlidingWindows& windows : GradientWindows(sizes)) {
    forms.push_back(std::make_unique<ProductForm>(sizes, std::move(windows), strides, output_gradient, weights, nullptr,
                                                  input_gradient, scratch));
  }
  return Convolution(std::move(forms));
}

Convolution Convolution::WeightGradient(const ConvolutionSizes& given, const float* input, const float* output_gradient,
                                        float* weight_gradient, float* scratch) {
  std::vector<std::unique_ptr<Form>> forms;
  forms.push_back(std::make_unique<SumsForm>(Upright(given), input, output_gradient, weight_gradient, scratch));
  return Convolution(std::move(forms));
}

void Convolution::Run() {
  for (const auto& form : forms_) form->Run();
}

}  // namespace ramp
