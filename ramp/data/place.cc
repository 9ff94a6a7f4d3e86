#include "ramp/data/place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "ramp/base/error.h"
#include "ramp/data/raw_array.h"

namespace ramp {
namespace {

constexpr size_t kStart = 8;  // bytes that tell one format from another

std::string NameOf(const std::string& path) {
  const std::filesystem::path full(path);
  if (full.has_filename() && full.filename() != "." && full.filename() != "..") return full.filename().string();
  const std::filesystem::path parent = std::filesystem::absolute(full).lexically_normal().parent_path();
  return parent.has_filename() ? parent.filename().string() : path;
}

std::vector<std::string> GeneratedNames() {
  std::vector<std::string> names;
  for (const GeneratedSet& known : GeneratedSets()) names.emplace_back(known.name);
  return names;
}

}  // namespace

Place::Place(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  is_folder_ = std::filesystem::is_directory(path_, ignored);
  const bool exists = std::filesystem::exists(path_, ignored);
  if (!exists) set_ = FindGeneratedSet(path_);
  name_ = set_ != nullptr ? std::string(set_->name) : NameOf(path_);
  // A dot or a slash stands for a file, and the message about it comes when it is opened.
  if (exists || set_ != nullptr || path_.find_first_of("/.") != std::string::npos) return;
  const std::vector<std::string> names = GeneratedNames();
  throw Error(
      fmt::format("{}: there is no such file, and no generated set of that name{}: check the path, or name one "
                  "of {}",
                  path_, DidYouMean(path_, names), fmt::join(names, ", ")));
}

ByteSource& Place::source() {
  if (!source_) source_ = ByteSource::Open(path_);
  return *source_;
}

const std::optional<FolderFiles>& Place::arrays() {
  if (arrays_) return *arrays_;
  arrays_.emplace();
  if (is_folder_) {
    *arrays_ = FilesInFolder(path_);
  } else if (const std::span<const uint8_t> start = source().Peek(kStart); LooksLikeNpy(start) || LooksLikeIdx(start)) {
    *arrays_ = FolderFiles{.training = FileAndTargets(path_), .test = std::nullopt};
  }
  return *arrays_;
}

const std::optional<ExampleFolder>& Place::examples() {
  if (examples_) return *examples_;
  examples_.emplace();
  if (arrays()) return *examples_;
  if (is_folder_) {
    *examples_ = FindExamples(path_);
  } else if (const std::optional<MediaKind> kind = KindOfBytes(source().Peek(kStart))) {
    *examples_ = FolderOfFile(path_, *kind);
  }
  return *examples_;
}

ExampleFolder FolderOfFile(const std::string& path, MediaKind kind) {
  const std::vector<std::string> fields = FieldsOfName(path);
  return {.path = path,
          .kind = kind,
          .lines = kind == MediaKind::kText,
          .files = {{path, fields.size() > 1 ? fields[0] : "", Part::kAny}},
          .notes = {}};
}

const GeneratedSet& SetNamed(const std::string& text) {
  if (const GeneratedSet* set = FindGeneratedSet(text)) return *set;
  const std::vector<std::string> names = GeneratedNames();
  throw UsageError(
      fmt::format("'{}' is no generated set{}; there are: {}", text, DidYouMean(text, names), fmt::join(names, ", ")));
}

}  // namespace ramp
