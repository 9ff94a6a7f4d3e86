// Changes of the training rows that leave their class as it is, drawn anew in each step: "shift 2, flip, noise 0.05".
#ifndef RAMP_DATA_AUGMENTATION_H_
#define RAMP_DATA_AUGMENTATION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/data/encoding.h"
#include "ramp/data/settings.h"

namespace ramp {

// One row of the table of changes. Pictures are [height, width, channels], sounds [frames, bands]; both are
// standardised already.
struct AugmentationDefinition {
  std::string_view name;
  Setting setting;  // what its number means; one without a number has the range 0 to 0
  std::string_view summary;
  bool pictures = false, sounds = false;
  // Changes one example in place; allocates nothing.
  void (*apply)(std::span<float> values, const Shape& shape, double amount, Random& random) = nullptr;
};
std::span<const AugmentationDefinition> Augmentations();

class Augmentation {
 public:
  Augmentation() = default;
  // Throws UsageError with the place in the text, or when the data is of a kind that the change is not for.
  Augmentation(std::string_view text, const Encoding& encoding);

  bool empty() const { return changes_.empty(); }
  // The text that makes it again.
  std::string Text() const;
  // Changes each example of values [rows, shape] by random numbers that depend on `key` and its place alone.
  void Apply(std::span<float> values, size_t rows, uint64_t key) const;

 private:
  struct Change {
    const AugmentationDefinition* definition;
    double amount;
  };
  Shape shape_;
  std::vector<Change> changes_;
};

}  // namespace ramp

#endif  // RAMP_DATA_AUGMENTATION_H_
