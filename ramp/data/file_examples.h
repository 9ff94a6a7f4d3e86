// What pictures, sounds and texts share once they are found: their classes and parts become labels and rows.
#ifndef RAMP_DATA_FILE_EXAMPLES_H_
#define RAMP_DATA_FILE_EXAMPLES_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/data/folder.h"
#include "ramp/data/split.h"

namespace ramp {

// Told while many files are read: "pictures", 300 of 2000.
using Progress = std::function<void(std::string_view what, size_t done, size_t total)>;
void Tell(const Progress& progress, std::string_view what, size_t done, size_t total);

// One example: where it is for a message, the class that its place stands for, and its part.
struct ExampleOrigin {
  std::string place;
  std::string label;
  Part part = Part::kAny;
};

// Sets the classes of `encoding` and gives each example's. Throws Error when one has none, or all have the same.
std::vector<int32_t> FitLabels(const std::string& name, std::span<const ExampleOrigin> examples, Encoding& encoding);

// Sets dataset.labels where all classes are known; else Error is thrown (`for_test`) or a note says why they are not
// used.
void EncodeLabels(std::span<const ExampleOrigin> examples, bool for_test, Dataset& dataset);

RowsToSplit RowsOf(const std::string& name, std::span<const ExampleOrigin> examples, std::span<const int32_t> labels);

// Throws Error when `bytes` are more than the machine has.
void CheckFitsMemory(const std::string& name, double bytes, const std::string& remedy);

}  // namespace ramp

#endif  // RAMP_DATA_FILE_EXAMPLES_H_
