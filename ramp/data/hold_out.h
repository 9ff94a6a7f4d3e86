// Test rows chosen by a field instead of by chance: the speakers, patients or places that training must not have met.
#ifndef RAMP_DATA_HOLD_OUT_H_
#define RAMP_DATA_HOLD_OUT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct HoldOut {
  std::string field;  // a column's name or number, or the number of a field of the files' names; "" when not given
  std::vector<std::string> values;
};

// "2=theo,jackson", or of files "theo,jackson" alone. Throws UsageError when there is no value.
HoldOut ParseHoldOut(const std::string& text);

// The files that have one of the values in that field of their names (see FieldsOfName), or in any field when none
// is given. Throws UsageError when some value is found nowhere, or everything is held out.
std::vector<bool> HeldOutFiles(const HoldOut& hold_out, std::span<const std::string> paths);

// The cells that have one of the values. Throws as HeldOutFiles does.
std::vector<bool> HeldOutCells(const HoldOut& hold_out, const std::string& place,
                               std::span<const std::string_view> cells);

}  // namespace ramp

#endif  // RAMP_DATA_HOLD_OUT_H_
