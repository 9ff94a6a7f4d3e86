// The notation of settings: "arms 5, noise 0.1" are words, each with at most one number after it; commas and blanks
// separate. Generated sets and augmentations are written so.
#ifndef RAMP_DATA_SETTINGS_H_
#define RAMP_DATA_SETTINGS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

// What a word may be followed by.
struct Setting {
  std::string_view word;
  double initial = 0;  // where the word is not written
  double low = 0, high = 0;
  bool whole = false;  // whole numbers only
  std::string_view meaning;
};

struct SettingWord {
  std::string_view word;
  std::optional<double> number;
  size_t position = 0;  // in the text
};

// Throws UsageError that shows the place. `what` is the text's own name in messages: "data", "--augment".
std::vector<SettingWord> SplitSettings(std::string_view what, std::string_view text);
[[noreturn]] void FailSettings(std::string_view what, std::string_view text, size_t position,
                               const std::string& problem);
// The number after `word`. Throws UsageError when it is missing, or when the setting cannot have it.
double NumberOf(std::string_view what, std::string_view text, const SettingWord& word, const Setting& setting);

// The number of each setting, in the table's order: as written, or as it is initially.
std::vector<double> ReadSettings(std::string_view what, std::string_view text, std::span<const SettingWord> words,
                                 std::span<const Setting> table);

}  // namespace ramp

#endif  // RAMP_DATA_SETTINGS_H_
