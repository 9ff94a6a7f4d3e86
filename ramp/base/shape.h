// The shape of one example (the batch is never part of it); units, channels or features are the last axis.
#ifndef RAMP_BASE_SHAPE_H_
#define RAMP_BASE_SHAPE_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

namespace ramp {

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<size_t> sizes) : sizes_(sizes) {}
  explicit Shape(std::vector<size_t> sizes) : sizes_(std::move(sizes)) {}

  size_t rank() const { return sizes_.size(); }
  size_t operator[](size_t axis) const { return sizes_[axis]; }
  const std::vector<size_t>& sizes() const { return sizes_; }
  // The size of the last axis, 1 for a scalar.
  size_t units() const { return sizes_.empty() ? 1 : sizes_.back(); }
  // The number of values in one example.
  size_t count() const {
    size_t product = 1;
    for (const size_t size : sizes_) product *= size;
    return product;
  }
  // "28x28x1"
  std::string text() const {
    std::string joined;
    for (const size_t size : sizes_) joined += (joined.empty() ? "" : "x") + std::to_string(size);
    return joined.empty() ? "scalar" : joined;
  }
  bool operator==(const Shape&) const = default;

 private:
  std::vector<size_t> sizes_;
};

}  // namespace ramp

#endif  // RAMP_BASE_SHAPE_H_
