// Which parts of a DataRequest mean something for which kind of data.
#ifndef RAMP_DATA_DATA_OPTIONS_H_
#define RAMP_DATA_DATA_OPTIONS_H_

#include "ramp/data/source.h"

namespace ramp {

enum class DataKind { kTable, kArrays, kPictures, kSounds, kTexts, kNextCharacter, kGenerated };

// Throws UsageError that names the first option that was given without a use.
void CheckOptions(const DataRequest& request, const std::string& name, DataKind kind);

}  // namespace ramp

#endif  // RAMP_DATA_DATA_OPTIONS_H_
