// A path, and the things that stand there.
#ifndef RAMP_DATA_PLACE_H_
#define RAMP_DATA_PLACE_H_

#include <optional>
#include <string>

#include "ramp/data/array_files.h"
#include "ramp/data/bytes.h"
#include "ramp/data/folder.h"
#include "ramp/data/generated.h"

namespace ramp {

// Each look reads what it needs at the first call, and keeps it.
class Place {
 public:
  // A path that exists is a file or a folder; else it must name a generated set. Throws Error otherwise.
  explicit Place(std::string path);
  // Text such as "spirals noise 0.1".
  Place(std::string path, const GeneratedSet& set) : path_(std::move(path)), name_(set.name), set_(&set) {}

  const std::string& path() const { return path_; }
  // The last part of the path that has a name: "data" for "some/data/". The name of a generated set.
  const std::string& name() const { return name_; }
  const GeneratedSet* set() const { return set_; }  // null for files and folders
  bool is_folder() const { return is_folder_; }

  // The file. Throws Error when it cannot be read.
  ByteSource& source();
  // Arrays: a file of the formats IDX or NPY with its targets, or a folder with files of the usual names.
  const std::optional<FolderFiles>& arrays();
  // Pictures, sounds or texts in a folder without such arrays; or one picture or sound.
  const std::optional<ExampleFolder>& examples();

 private:
  std::string path_, name_;
  const GeneratedSet* set_ = nullptr;
  bool is_folder_ = false;
  std::optional<ByteSource> source_;
  std::optional<std::optional<FolderFiles>> arrays_;
  std::optional<std::optional<ExampleFolder>> examples_;
};

// A file by itself, as a folder that holds nothing else.
ExampleFolder FolderOfFile(const std::string& path, MediaKind kind);

// Throws UsageError when no generated set has the name at the front of `text`.
const GeneratedSet& SetNamed(const std::string& text);

}  // namespace ramp

#endif  // RAMP_DATA_PLACE_H_
