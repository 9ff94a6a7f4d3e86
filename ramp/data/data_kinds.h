// The kinds of data, a file each; source.cc has their table.
#ifndef RAMP_DATA_DATA_KINDS_H_
#define RAMP_DATA_DATA_KINDS_H_

#include "ramp/data/data_kind.h"

namespace ramp {

extern const DataKind kTableData, kArrayData, kPictureData, kSoundData, kTextData, kLongTextData, kGeneratedData;

}  // namespace ramp

#endif  // RAMP_DATA_DATA_KINDS_H_
