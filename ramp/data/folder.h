// Folders of pictures, sounds or text: which files are examples, of which class, and in which part.
#ifndef RAMP_DATA_FOLDER_H_
#define RAMP_DATA_FOLDER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/data/split.h"

namespace ramp {

enum class MediaKind { kPicture, kSound, kText };

struct ExampleFile {
  std::string path;   // of an example that is a line of a text: "FILE:LINE"
  std::string label;  // of the folder or of the file's name; "" without one
  Part part = Part::kAny;
};

struct ExampleFolder {
  std::string path;
  MediaKind kind = MediaKind::kPicture;
  bool lines = false;  // text: each line is an example; otherwise each file is
  std::vector<ExampleFile> files;
  Notes notes;
};

// The examples of a folder, or nothing. Sub-folders `train`, `test` and `val` are parts. Below them (or without them)
// each sub-folder is a class. Without sub-folders the class of a picture or a sound is what stands before the first
// underscore of its name, and of text each file is a class with an example a line: NAME.txt for each class, or
// files of one name that end in the class. Throws Error when the folder cannot be read or mixes kinds.
std::optional<ExampleFolder> FindExamples(const std::string& folder);

// By the first bytes of a file; text is not recognised so.
std::optional<MediaKind> KindOfBytes(std::span<const uint8_t> start);

// The parts of a file's name between its underscores, without the extension: {"7", "jackson", "12"}.
std::vector<std::string> FieldsOfName(const std::string& path);

}  // namespace ramp

#endif  // RAMP_DATA_FOLDER_H_
