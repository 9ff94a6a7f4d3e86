// Sets that the program makes itself: one row of a table each.
#ifndef RAMP_DATA_GENERATED_H_
#define RAMP_DATA_GENERATED_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "ramp/data/generated_sets.h"
#include "ramp/data/settings.h"

namespace ramp {

struct GeneratedSet {
  std::string_view name;
  std::string_view summary;
  std::span<const Setting> settings;
  // `values` has one number for each setting. The same seed makes the same set.
  Generated (*generate)(std::span<const double> values, uint64_t seed) = nullptr;
};

// The first one is what a training without data takes.
std::span<const GeneratedSet> GeneratedSets();

// The set that a text such as "spirals arms 5, noise 0.1" begins with; null when it is none.
const GeneratedSet* FindGeneratedSet(std::string_view text);
// Throws UsageError with the place when the settings are wrong.
Generated Generate(const GeneratedSet& set, std::string_view text, uint64_t seed);

}  // namespace ramp

#endif  // RAMP_DATA_GENERATED_H_
