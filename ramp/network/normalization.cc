#include "ramp/network/normalization.h"

#include <algorithm>
#include <cmath>

#include "ramp/network/loops.h"

namespace ramp {
namespace {

// Rows whose sums are taken in single precision, before they are joined in double. They stay in the first or second
// cache.
constexpr size_t kBlockRows = 64;

// Calls body(first row, rows) for blocks of the rows in [begin, end).
template <class Body>
void OverBlocks(size_t begin, size_t end, const Body& body) {
  for (size_t row = begin; row < end; row += kBlockRows) body(row, std::min(kBlockRows, end - row));
}

float* At(float* array, size_t row, size_t units) { return array == nullptr ? nullptr : array + row * units; }

// Mean and sum of squared distances from it, of some rows of one unit. Two are joined as Chan, Golub and LeVeque have
// it (1979), which subtracts no large numbers.
struct Moments {
  double count = 0, mean = 0, squares = 0;
  void Join(const Moments& other) {
    const double all = count + other.count;
    const double distance = other.mean - mean;
    mean += distance * (other.count / all);
    squares += other.squares + distance * distance * (count * other.count / all);
    count = all;
  }
};

// What a part of the batch keeps in doubles for each unit: mean and squares, or two sums; and room for one block's
// sums.
struct PartScratch {
  double* first;   // [units]
  double* second;  // [units]
  float* sums;     // [2, units]
  static size_t Floats(size_t units) { return (6 * units + 15) / 16 * 16; }
  PartScratch(float* scratch, size_t part, size_t units)
      : first(reinterpret_cast<double*>(scratch + part * Floats(units))), second(first + units) {
    sums = reinterpret_cast<float*>(second + units);
  }
};

// What is saved for backward.
struct Saved {
  float* center;   // [units], the mean, rounded
  float* rest;     // [units], what was lost by that rounding
  float* inverse;  // [units], 1 / deviation
  float* a;        // [units] each: factors of the passes over memory
  float* b;
  float* c;
  Saved(float* saved, size_t units)
      : center(saved),
        rest(saved + units),
        inverse(saved + 2 * units),
        a(saved + 3 * units),
        b(saved + 4 * units),
        c(saved + 5 * units) {}
};

}  // namespace

size_t BatchNormalization::SavedFloats(size_t units) { return 6 * units; }

size_t BatchNormalization::ScratchFloats(size_t rows, size_t units) {
  return RowParts(rows, units) * PartScratch::Floats(units);
}

BatchNormalization::BatchNormalization(const NormalizationArrays& arrays)
    : arrays_(arrays), parts_(RowParts(arrays.rows, arrays.units)), kernels_(GetNormalizeKernels()) {}

void BatchNormalization::Apply(const float* center, const float* scale, const float* shift) const {
  ParallelRanges(arrays_.rows, parts_, 1, [&](size_t begin, size_t end, size_t) {
    kernels_.apply(end - begin, arrays_.units, arrays_.input + begin * arrays_.units, center, scale, shift,
                   arrays_.output + begin * arrays_.units);
  });
}

void BatchNormalization::TrainingForward(float* running_mean, float* running_variance) const {
  const size_t rows = arrays_.rows, units = arrays_.units;
  const auto part_begin = [&](size_t part) { return rows * part / parts_; };
  ParallelRanges(rows, parts_, 1, [&](size_t begin, size_t end, size_t part) {
    const PartScratch scratch(arrays_.scratch, part, units);
    OverBlocks(begin, end, [&](size_t row, size_t count) {
      const float* block = arrays_.input + row * units;
      kernels_.sums(count, units, block, scratch.sums);
      const double n = static_cast<double>(count);
      for (size_t u = 0; u < units; ++u) {
        const double sum = static_cast<double>(scratch.sums[u]), squares = static_cast<double>(scratch.sums[units + u]);
        const Moments moments{n, static_cast<double>(block[u]) + sum / n, std::max(squares - sum * sum / n, 0.0)};
        Moments all;
        if (row > begin) all = {static_cast<double>(row - begin), scratch.first[u], scratch.second[u]};
        all.Join(moments);
        scratch.first[u] = all.mean;
        scratch.second[u] = all.squares;
      }
    });
  });
  const Saved saved(arrays_.saved, units);
  const double n = static_cast<double>(rows);
  for (size_t u = 0; u < units; ++u) {
    Moments all;
    for (size_t part = 0; part < parts_; ++part) {
      const PartScratch scratch(arrays_.scratch, part, units);
      all.Join({static_cast<double>(part_begin(part + 1) - part_begin(part)), scratch.first[u], scratch.second[u]});
    }
    const double inverse = 1 / std::sqrt(all.squares / n + static_cast<double>(arrays_.epsilon));
    saved.center[u] = static_cast<float>(all.mean);
    const double rest = all.mean - static_cast<double>(saved.center[u]);
    saved.rest[u] = static_cast<float>(rest);
    saved.inverse[u] = static_cast<float>(inverse);
    const double scale = inverse * static_cast<double>(arrays_.scale[u]);
    saved.a[u] = static_cast<float>(scale);
    saved.b[u] = static_cast<float>(static_cast<double>(arrays_.shift[u]) - rest * scale);
    const auto move = [](float& running, double towards) {
      const double now = static_cast<double>(running);
      running = static_cast<float>(now + kStatisticsMomentum * (towards - now));
    };
    move(running_mean[u], all.mean);
    if (rows > 1) move(running_variance[u], all.squares / (n - 1));
  }
  Apply(saved.center, saved.a, saved.b);
}

void BatchNormalization::InferenceForward(const float* running_mean, const float* running_variance) const {
  float* scale = arrays_.scratch;
  for (size_t u = 0; u < arrays_.units; ++u) {
    const double deviation = std::sqrt(static_cast<double>(running_variance[u]) + static_cast<double>(arrays_.epsilon));
    scale[u] = static_cast<float>(static_cast<double>(arrays_.scale[u]) / deviation);
  }
  Apply(running_mean, scale, arrays_.shift);
}

// With n = (x - mean) / deviation: shift's gradient is the sum of the gradient, scale's the sum of gradient * n, and
// the input's is scale / deviation * (gradient - shift's / rows - n * scale's / rows).
void BatchNormalization::Backward() const {
  const size_t rows = arrays_.rows, units = arrays_.units;
  const Saved saved(arrays_.saved, units);
  ParallelRanges(rows, parts_, 1, [&](size_t begin, size_t end, size_t part) {
    const PartScratch scratch(arrays_.scratch, part, units);
    std::fill_n(scratch.first, 2 * units, 0.0);
    OverBlocks(begin, end, [&](size_t row, size_t count) {
      kernels_.gradient_sums(count, units, arrays_.gradient + row * units, arrays_.input + row * units, saved.center,
                             scratch.sums);
      for (size_t u = 0; u < units; ++u) scratch.first[u] += static_cast<double>(scratch.sums[u]);
      for (size_t u = 0; u < units; ++u) scratch.second[u] += static_cast<double>(scratch.sums[units + u]);
    });
  });
  const double n = static_cast<double>(rows);
  for (size_t u = 0; u < units; ++u) {
    double sum = 0, products = 0;
    for (size_t part = 0; part < parts_; ++part) {
      const PartScratch scratch(arrays_.scratch, part, units);
      sum += scratch.first[u];
      products += scratch.second[u];
    }
    const double inverse = static_cast<double>(saved.inverse[u]), rest = static_cast<double>(saved.rest[u]);
    const double scale_gradient = (products - rest * sum) * inverse;
    arrays_.shift_gradient[u] = static_cast<float>(sum);
    arrays_.scale_gradient[u] = static_cast<float>(scale_gradient);
    const double a = static_cast<double>(arrays_.scale[u]) * inverse, b = -a * inverse * scale_gradient / n;
    saved.a[u] = static_cast<float>(a);
    saved.b[u] = static_cast<float>(b);
    saved.c[u] = static_cast<float>(-a * sum / n - rest * b);
  }
  if (arrays_.input_gradient == nullptr) return;
  ParallelRanges(rows, parts_, 1, [&](size_t begin, size_t end, size_t) {
    kernels_.gradient(end - begin, units, arrays_.gradient + begin * units, arrays_.input + begin * units, saved.center,
                      saved.a, saved.b, saved.c, arrays_.input_gradient + begin * units);
  });
}

size_t LayerNormalization::SavedFloats(size_t rows) { return 2 * rows; }

size_t LayerNormalization::ScratchFloats(size_t rows, size_t units) { return RowParts(rows, units) * 2 * units; }

LayerNormalization::LayerNormalization(const NormalizationArrays& arrays)
    : arrays_(arrays), parts_(RowParts(arrays.rows, arrays.units)), kernels_(GetNormalizeKernels()) {}

void LayerNormalization::Forward() const {
  ParallelRanges(arrays_.rows, parts_, 1, [&](size_t begin, size_t end, size_t) {
    kernels_.layer({.rows = end - begin,
                    .units = arrays_.units,
                    .epsilon = arrays_.epsilon,
                    .input = arrays_.input + begin * arrays_.units,
                    .scale = arrays_.scale,
                    .shift = arrays_.shift,
                    .output = arrays_.output + begin * arrays_.units,
                    .statistics = At(arrays_.saved, begin, 2)});
  });
}

void LayerNormalization::Backward() const {
  const size_t units = arrays_.units;
  ParallelRanges(arrays_.rows, parts_, 1, [&](size_t begin, size_t end, size_t part) {
    float* sums = arrays_.scratch + part * 2 * units;
    std::fill_n(sums, 2 * units, 0.0f);
    kernels_.layer_backward({.rows = end - begin,
                             .units = units,
                             .input = arrays_.input + begin * units,
                             .scale = arrays_.scale,
                             .statistics = At(arrays_.saved, begin, 2),
                             .gradient = arrays_.gradient + begin * units,
                             .input_gradient = At(arrays_.input_gradient, begin, units),
                             .scale_gradient = sums,
                             .shift_gradient = sums + units});
  });
  for (size_t u = 0; u < units; ++u) {
    float scale = 0, shift = 0;
    for (size_t part = 0; part < parts_; ++part) {
      scale += arrays_.scratch[part * 2 * units + u];
      shift += arrays_.scratch[part * 2 * units + units + u];
    }
    arrays_.scale_gradient[u] = scale;
    arrays_.shift_gradient[u] = shift;
  }
}

}  // namespace ramp
