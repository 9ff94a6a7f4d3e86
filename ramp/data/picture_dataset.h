// Folders of pictures become examples: bytes [height, width, channels], standardised when their batch is gathered.
#ifndef RAMP_DATA_PICTURE_DATASET_H_
#define RAMP_DATA_PICTURE_DATASET_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ramp/data/file_examples.h"

namespace ramp {

struct PictureSize {
  size_t width = 0, height = 0;
};
// "28x28", width first as picture programs say it. Throws UsageError for what is none.
PictureSize ParsePictureSize(const std::string& text);

// Draws the parts of examples with these labels.
using SplitLabels = std::function<Split(std::span<const ExampleOrigin> examples, std::span<const int32_t> labels)>;

// All pictures must have one size, or are brought to `size`. They have one channel when none of them has colours, else
// three. The means and deviations of the channels are those of the training rows. Returns the parts in `split`.
Dataset FitPictures(const ExampleFolder& folder, std::span<const ExampleOrigin> examples,
                    std::optional<PictureSize> size, const SplitLabels& draw, const Progress& progress, Split& split);

Dataset EncodePictures(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, const Encoding& encoding,
                       bool for_test, const Progress& progress);

}  // namespace ramp

#endif  // RAMP_DATA_PICTURE_DATASET_H_
