// Aligned float memory.
#ifndef RAMP_BASE_MEMORY_H_
#define RAMP_BASE_MEMORY_H_

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace ramp {

// Wide enough for a cache line and for the widest vector.
inline constexpr size_t kAlignment = 64;

struct AlignedDelete {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }
};

// A fixed number of values of a trivial type T, 64-byte aligned. Its address stays when the owner is moved.
template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  // Zero-filled.
  explicit AlignedArray(size_t size) : size_(size) {
    if (size == 0) return;
    data_.reset(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t{kAlignment})));
    for (size_t i = 0; i < size; ++i) new (&data_.get()[i]) T{};
  }
  AlignedArray(AlignedArray&&) noexcept = default;
  AlignedArray& operator=(AlignedArray&&) noexcept = default;

  size_t size() const { return size_; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  std::unique_ptr<T, AlignedDelete> data_;
  size_t size_ = 0;
};

using Floats = AlignedArray<float>;

}  // namespace ramp

#endif  // RAMP_BASE_MEMORY_H_
