#include "ramp/kernel/window_product.h"

#include <algorithm>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/window_product.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, kPanelColumns>;
using V = hn::Vec<Tag>;
constexpr size_t kLanes = HWY_MIN(HWY_LANES(float), kPanelColumns);
constexpr size_t kPanelVectors = kPanelColumns / kLanes;
// Twelve sums hide the latency of the multiply-add and leave registers for the factors.
constexpr size_t kMostRows = kPanelVectors < 12 ? 12 / kPanelVectors : 1;

// Positions of which a panel of c is copied to the stack, where it stays in the first cache.
constexpr size_t kChunk = 384;

// Calls body(rows, first), with the number of rows as a type, for tiles of nearly equal height that cover `count` rows.
template <size_t kRows, class Body>
HWY_INLINE void CallWithRows(size_t rows, size_t first, const Body& body) {
  if constexpr (kRows > 1) {
    if (rows < kRows) {
      CallWithRows<kRows - 1>(rows, first, body);
      return;
    }
  }
  body(std::integral_constant<size_t, kRows>(), first);
}
template <class Body>
HWY_INLINE void InTiles(size_t count, const Body& body) {
  const size_t tiles = (count + kMostRows - 1) / kMostRows;
  for (size_t tile = 0; tile < tiles; ++tile) {
    const size_t first = count * tile / tiles;
    CallWithRows<kMostRows>(count * (tile + 1) / tiles - first, first, body);
  }
}

// Stores the first `columns` of a panel's row.
template <size_t kVectors>
HWY_INLINE void StoreRow(const V (&row)[kVectors], size_t columns, float* to) {
  const Tag d;
  if (columns == kVectors * kLanes) {
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(row[v], d, to + v * kLanes);
    return;
  }
  float all[kVectors * kLanes];
  for (size_t v = 0; v < kVectors; ++v) hn::StoreU(row[v], d, all + v * kLanes);
  std::copy_n(all, columns, to);
}

// kRows positions from `first` on, and one panel.
template <size_t kRows, size_t kVectors>
HWY_INLINE void ProductTile(const Windows& w, size_t first, const float* HWY_RESTRICT panel, size_t columns, float* c) {
  const Tag d;
  V sums[kRows][kVectors];
  const float* rows[kRows];
  for (size_t r = 0; r < kRows; ++r) {
    rows[r] = w.source + w.bases[first + r];
    for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::LoadU(d, panel + v * kLanes);
  }
  for (size_t t = 0; t < w.runs; ++t) {
    const size_t end = w.offsets[t] + w.run;
    for (size_t k = w.offsets[t]; k < end; ++k) {
      panel += kPanelColumns;
      V line[kVectors];
      for (size_t v = 0; v < kVectors; ++v) line[v] = hn::LoadU(d, panel + v * kLanes);
      for (size_t r = 0; r < kRows; ++r) {
        const V factor = hn::Set(d, rows[r][k]);
        for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, line[v], sums[r][v]);
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) StoreRow(sums[r], columns, c + w.places[first + r]);
}

template <size_t kVectors>
HWY_NOINLINE void ProductPanel(const Windows& w, const float* panel, size_t columns, float* c) {
  InTiles(w.positions,
          [&](auto rows, size_t first) HWY_ATTR { ProductTile<rows(), kVectors>(w, first, panel, columns, c); });
}

// kRows rows of a panel of sums, from row `first` of it on, over `positions`.
template <size_t kRows, size_t kVectors>
HWY_INLINE void SumsTile(const Windows& w, size_t first, const uint32_t* HWY_RESTRICT bases, size_t positions,
                         const float* HWY_RESTRICT gradient, float* HWY_RESTRICT panel) {
  const Tag d;
  V sums[kRows][kVectors];
  const float* values[kRows];
  for (size_t r = 0; r < kRows; ++r) {
    values[r] = w.source + w.offsets[(first + r) / w.run] + (first + r) % w.run;
    for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::LoadU(d, panel + (first + r) * kPanelColumns + v * kLanes);
  }
  for (size_t p = 0; p < positions; ++p) {
    V line[kVectors];
    for (size_t v = 0; v < kVectors; ++v) line[v] = hn::LoadU(d, gradient + v * kLanes);
    for (size_t r = 0; r < kRows; ++r) {
      const V factor = hn::Set(d, values[r][bases[p]]);
      for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, line[v], sums[r][v]);
    }
    gradient += kPanelColumns;
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sums[r][v], d, panel + (first + r) * kPanelColumns + v * kLanes);
  }
}

template <size_t kVectors>
HWY_NOINLINE void SumsPanel(const Windows& w, const uint32_t* bases, size_t positions, const float* gradient,
                            float* panel) {
  InTiles(w.runs * w.run, [&](auto rows, size_t first)
                              HWY_ATTR { SumsTile<rows(), kVectors>(w, first, bases, positions, gradient, panel); });
}

// panel [positions, kPanelColumns] = the first `columns` of the rows of c, filled up with zeros.
HWY_NOINLINE void PackPanel(const uint32_t* HWY_RESTRICT places, size_t positions, const float* HWY_RESTRICT c,
                            size_t columns, float* HWY_RESTRICT panel) {
  const Tag d;
  for (size_t p = 0; p < positions; ++p, panel += kPanelColumns) {
    const float* row = c + places[p];
    if (columns == kPanelColumns) {
      for (size_t v = 0; v < kPanelVectors; ++v) hn::StoreU(hn::LoadU(d, row + v * kLanes), d, panel + v * kLanes);
    } else {
      std::fill_n(std::copy_n(row, columns, panel), kPanelColumns - columns, 0.0f);
    }
  }
}

// Calls body(vectors) with the number of vectors, as a type, that hold so many columns.
template <size_t kVectors, class Body>
HWY_INLINE void WithVectors(size_t columns, const Body& body) {
  if constexpr (kVectors > 1) {
    if (columns <= (kVectors - 1) * kLanes) {
      WithVectors<kVectors - 1>(columns, body);
      return;
    }
  }
  body(std::integral_constant<size_t, kVectors>());
}

void WindowProduct(const Windows& w, const float* panels, float* c) {
  const size_t floats_of_panel = (1 + w.runs * w.run) * kPanelColumns;
  for (size_t column = 0; column < w.columns; column += kPanelColumns) {
    const size_t columns = std::min(kPanelColumns, w.columns - column);
    WithVectors<kPanelVectors>(columns,
                               [&](auto vectors) HWY_ATTR { ProductPanel<vectors()>(w, panels, columns, c + column); });
    panels += floats_of_panel;
  }
}

void WindowSums(const Windows& w, const float* c, float* sums) {
  alignas(64) float panel[kChunk * kPanelColumns];
  const size_t floats_of_panel = w.runs * w.run * kPanelColumns;
  for (size_t first = 0; first < w.positions; first += kChunk) {
    const size_t positions = std::min(kChunk, w.positions - first);
    for (size_t column = 0; column < w.columns; column += kPanelColumns) {
      const size_t columns = std::min(kPanelColumns, w.columns - column);
      PackPanel(w.places + first, positions, c + column, columns, panel);
      WithVectors<kPanelVectors>(columns, [&](auto vectors) HWY_ATTR {
        SumsPanel<vectors()>(w, w.bases + first, positions, panel, sums + column / kPanelColumns * floats_of_panel);
      });
    }
  }
}

// Calls body(tag, channel) for vectors that cover the channels: full ones, then single lanes.
template <class Body>
HWY_INLINE void OverChannels(size_t channels, const Body& body) {
  const Tag d;
  size_t c = 0;
  for (; c + hn::Lanes(d) <= channels; c += hn::Lanes(d)) body(d, c);
  const hn::CappedTag<float, 1> one;
  for (; c < channels; ++c) body(one, c);
}

void ChannelProduct(const Windows& w, const float* rows, float* c) {
  for (size_t p = 0; p < w.positions; ++p) {
    const float* source = w.source + w.bases[p];
    float* to = c + w.places[p];
    OverChannels(w.columns, [&](auto d, size_t channel) HWY_ATTR {
      auto sum = hn::LoadU(d, rows + channel);
      for (size_t t = 0; t < w.runs; ++t) {
        const auto weight = hn::LoadU(d, rows + (1 + t) * w.columns + channel);
        sum = hn::MulAdd(hn::LoadU(d, source + w.offsets[t] + channel), weight, sum);
      }
      hn::StoreU(sum, d, to + channel);
    });
  }
}

// The sums of kRuns rows of the window from `first` on.
template <size_t kRuns, class D>
HWY_INLINE void ChannelSumsTile(D d, const Windows& w, size_t first, size_t channel, const float* c, float* sums) {
  hn::Vec<D> totals[kRuns];
  for (size_t r = 0; r < kRuns; ++r) totals[r] = hn::LoadU(d, sums + (first + r) * w.columns + channel);
  for (size_t p = 0; p < w.positions; ++p) {
    const auto gradient = hn::LoadU(d, c + w.places[p] + channel);
    const float* source = w.source + w.bases[p] + channel;
    for (size_t r = 0; r < kRuns; ++r) {
      totals[r] = hn::MulAdd(hn::LoadU(d, source + w.offsets[first + r]), gradient, totals[r]);
    }
  }
  for (size_t r = 0; r < kRuns; ++r) hn::StoreU(totals[r], d, sums + (first + r) * w.columns + channel);
}

void ChannelSums(const Windows& w, const float* c, float* sums) {
  InTiles(w.runs, [&](auto runs, size_t first) HWY_ATTR {
    OverChannels(w.columns,
                 [&](auto d, size_t channel) HWY_ATTR { ChannelSumsTile<runs()>(d, w, first, channel, c, sums); });
  });
}

}  // namespace

ChannelProductKernel GetChannelProduct() { return ChannelProduct; }
ChannelSumsKernel GetChannelSums() { return ChannelSums; }
WindowProductKernel GetWindowProduct() { return WindowProduct; }
WindowSumsKernel GetWindowSums() { return WindowSums; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetWindowProduct);
HWY_EXPORT(GetWindowSums);
HWY_EXPORT(GetChannelProduct);
HWY_EXPORT(GetChannelSums);

WindowProductKernel GetWindowProductKernel() { return HWY_DYNAMIC_DISPATCH(GetWindowProduct)(); }
WindowSumsKernel GetWindowSumsKernel() { return HWY_DYNAMIC_DISPATCH(GetWindowSums)(); }
ChannelProductKernel GetChannelProductKernel() { return HWY_DYNAMIC_DISPATCH(GetChannelProduct)(); }
ChannelSumsKernel GetChannelSumsKernel() { return HWY_DYNAMIC_DISPATCH(GetChannelSums)(); }

}  // namespace ramp
#endif
