// What tables and arrays share: the checks and scales of what is to be predicted.
#ifndef RAMP_DATA_TARGETS_H_
#define RAMP_DATA_TARGETS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

// Rows are numbered by uint32_t.
void CheckRowCount(const std::string& name, size_t rows);

// `deviation`, or 1 when it is nothing but rounding beside values as large as `largest`.
double UsableDeviation(double deviation, double largest);

// From the name of a class to its output.
class LabelIndex {
 public:
  explicit LabelIndex(const std::vector<std::string>& labels);
  std::optional<int32_t> Find(std::string_view name) const;

 private:
  std::unordered_map<std::string, int32_t> places_;
};

// Numbers by size, then texts.
void SortClasses(std::vector<std::string>& classes);

// Throws Error when there is one class only, or too many of them; `remedy` is the advice for that.
void CheckClasses(const std::string& place, size_t classes, size_t rows, const std::string& remedy);
// Throws Error when all training rows are of one class; notes the classes without a training row.
void CheckTrainingClasses(const std::string& place, std::span<const int32_t> labels,
                          const std::vector<std::string>& names, std::span<const uint32_t> training, Notes& notes);

// Sets the mean and deviation of a target that is a number. Throws Error when it never changes.
void FitTarget(const std::string& place, std::span<const double> values, std::span<const uint32_t> training,
               Encoding& encoding);
std::vector<float> StandardisedTarget(const std::string& place, std::span<const double> values,
                                      const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_TARGETS_H_
