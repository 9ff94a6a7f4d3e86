// Which files of arrays belong together.
#ifndef RAMP_DATA_ARRAY_FILES_H_
#define RAMP_DATA_ARRAY_FILES_H_

#include <optional>
#include <string>

namespace ramp {

struct FilePair {
  std::string inputs;
  std::string targets;  // "" without such a file
};

struct FolderFiles {
  FilePair training;
  std::optional<FilePair> test;
};

// The pairs of a folder by their usual names, in capitals or not, with dots or dashes, with .gz or without: those of
// the MNIST files, or x and y (.npy), or x_train, y_train, x_test and y_test. Nothing when there are none.
std::optional<FolderFiles> FilesInFolder(const std::string& folder);
// Throws Error that lists the names and files that are known.
[[noreturn]] void FailNothingKnown(const std::string& folder);

// A file of inputs and the file of targets beside it: images beside labels, x beside y.
FilePair FileAndTargets(const std::string& inputs);

}  // namespace ramp

#endif  // RAMP_DATA_ARRAY_FILES_H_
