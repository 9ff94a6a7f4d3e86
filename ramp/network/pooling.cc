#include "ramp/network/pooling.h"

#include <algorithm>

#include "ramp/network/loops.h"

namespace ramp {
namespace {

constexpr size_t kSmallWindow = 256;

bool HasSmallIndices(const PoolingSizes& s) { return s.height.window * s.width.window <= kSmallWindow; }

// The elements of a window that lie within the input.
struct Part {
  Part(const WindowAxis& axis, size_t output) {
    const size_t begin = output * axis.stride;  // counted from the padding's first element
    first = axis.pad_before > begin ? axis.pad_before - begin : 0;
    count = std::min(axis.window, axis.pad_before + axis.input - begin) - first;
    place = begin + first - axis.pad_before;
  }
  size_t first, count;  // which elements of the window
  size_t place;         // of the first, in the input
};

// Calls body(window, place of its first element in the input, place of its result in the output) for each window of one
// picture.
template <class Body>
void OverWindows(const PoolingSizes& s, size_t picture, const Body& body) {
  size_t output = picture * s.height.output() * s.width.output() * s.channels;
  for (size_t y = 0; y < s.height.output(); ++y) {
    const Part rows(s.height, y);
    for (size_t x = 0; x < s.width.output(); ++x) {
      const Part columns(s.width, x);
      const PoolWindow window{.rows = rows.count,
                              .columns = columns.count,
                              .row_stride = s.width.input * s.channels,
                              .column_stride = s.channels,
                              .channels = s.channels,
                              .first_index = rows.first * s.width.window + columns.first,
                              .index_stride = s.width.window};
      body(window, ((picture * s.height.input + rows.place) * s.width.input + columns.place) * s.channels, output);
      output += s.channels;
    }
  }
}

size_t PictureSize(const PoolingSizes& s) { return s.height.input * s.width.input * s.channels; }

// Pictures are shared among the threads, so that no two add to one gradient.
template <class Body>
void OverBatch(const PoolingSizes& s, const Body& body) {
  const size_t parts = RowParts(s.batch, PictureSize(s));
  ParallelRanges(s.batch, parts, 1, [&](size_t begin, size_t end, size_t) {
    for (size_t picture = begin; picture < end; ++picture) OverWindows(s, picture, body);
  });
}

// The same for a backward pass, which adds to each picture's gradient.
template <class Body>
void OverBatchBackward(const PoolingSizes& s, float* input_gradient, const Body& body) {
  const size_t parts = RowParts(s.batch, PictureSize(s));
  ParallelRanges(s.batch, parts, 1, [&](size_t begin, size_t end, size_t) {
    for (size_t picture = begin; picture < end; ++picture) {
      std::fill_n(input_gradient + picture * PictureSize(s), PictureSize(s), 0.0f);
      OverWindows(s, picture, body);
    }
  });
}

uint8_t* Small(std::byte* saved) { return reinterpret_cast<uint8_t*>(saved); }
uint32_t* Large(std::byte* saved) { return reinterpret_cast<uint32_t*>(saved); }

}  // namespace

size_t MaxPooling::SavedBytes(const PoolingSizes& sizes) {
  return sizes.outputs() * (HasSmallIndices(sizes) ? sizeof(uint8_t) : sizeof(uint32_t));
}

MaxPooling::MaxPooling(const PoolingSizes& sizes, const float* input, float* output, std::byte* saved,
                       const float* output_gradient, float* input_gradient)
    : sizes_(sizes),
      input_(input),
      output_(output),
      saved_(saved),
      output_gradient_(output_gradient),
      input_gradient_(input_gradient),
      kernels_(GetPoolKernels()) {}

void MaxPooling::Forward() const {
  const bool small = HasSmallIndices(sizes_);
  OverBatch(sizes_, [&](const PoolWindow& window, size_t from, size_t to) {
    if (small) {
      kernels_.max_small(window, input_ + from, output_ + to, Small(saved_) + to);
    } else {
      kernels_.max_large(window, input_ + from, output_ + to, Large(saved_) + to);
    }
  });
}

void MaxPooling::Backward() const {
  const bool small = HasSmallIndices(sizes_);
  OverBatchBackward(sizes_, input_gradient_, [&](const PoolWindow& window, size_t from, size_t to) {
    if (small) {
      kernels_.max_backward_small(window, output_gradient_ + to, Small(saved_) + to, input_gradient_ + from);
    } else {
      kernels_.max_backward_large(window, output_gradient_ + to, Large(saved_) + to, input_gradient_ + from);
    }
  });
}

AveragePooling::AveragePooling(const PoolingSizes& sizes, const float* input, float* output,
                               const float* output_gradient, float* input_gradient)
    : sizes_(sizes),
      input_(input),
      output_(output),
      output_gradient_(output_gradient),
      input_gradient_(input_gradient),
      kernels_(GetPoolKernels()) {}

void AveragePooling::Forward() const {
  OverBatch(sizes_, [&](const PoolWindow& window, size_t from, size_t to) {
    kernels_.average(window, input_ + from, output_ + to);
  });
}

void AveragePooling::Backward() const {
  OverBatchBackward(sizes_, input_gradient_, [&](const PoolWindow& window, size_t from, size_t to) {
    kernels_.average_backward(window, output_gradient_ + to, input_gradient_ + from);
  });
}

}  // namespace ramp
