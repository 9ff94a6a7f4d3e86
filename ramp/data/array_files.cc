#include "ramp/data/array_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <string_view>
#include <vector>

#include "ramp/base/error.h"

namespace ramp {
namespace {

struct KnownNames {
  std::string_view inputs, targets, test_inputs, test_targets;
};
// Canonical, as CanonicalName makes them.
constexpr KnownNames kKnownNames[] = {
    {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
    {"x_train-npy", "y_train-npy", "x_test-npy", "y_test-npy"},
    {"x-npy", "y-npy", "x_test-npy", "y_test-npy"},
};

// Small letters, dashes for dots, and no ".gz".
std::string CanonicalName(std::string name) {
  for (char& c : name) c = c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name.ends_with("-gz")) name.resize(name.size() - 3);
  return name;
}

// The files of a folder by their canonical names; of "a" and "a.gz" the plain one.
class FolderIndex {
 public:
  explicit FolderIndex(const std::filesystem::path& folder) {
    std::error_code failed;
    std::vector<std::filesystem::path> paths;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
      if (!entry->is_directory(failed)) paths.push_back(entry->path());
    }
    if (failed) throw Error(fmt::format("{}: cannot be read ({}): check it", folder.string(), failed.message()));
    std::sort(paths.begin(), paths.end());
    for (const std::filesystem::path& path : paths) {
      files_.emplace(CanonicalName(path.filename().string()), path.string());
    }
  }

  // "" when no file has that name.
  std::string Find(std::string_view canonical) const {
    const auto found = files_.find(std::string(canonical));
    return found == files_.end() ? "" : found->second;
  }

  // The tables among them, for a hint.
  std::string TablesText() const {
    std::string text;
    for (const auto& [name, path] : files_) {
      if (!name.ends_with("-csv") && !name.ends_with("-tsv")) continue;
      text += (text.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
    }
    return text;
  }

 private:
  std::map<std::string, std::string> files_;
};

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::optional<FolderFiles> FilesInFolder(const std::string& folder) {
  const FolderIndex index(folder);
  for (const KnownNames& names : kKnownNames) {
    FolderFiles files{.training = {index.Find(names.inputs), index.Find(names.targets)}, .test = std::nullopt};
    FilePair test = {index.Find(names.test_inputs), index.Find(names.test_targets)};
    if (!test.inputs.empty()) files.test = std::move(test);
    if (!files.training.inputs.empty()) return files;
  }
  return std::nullopt;
}

void FailNothingKnown(const std::string& folder) {
  const std::string tables = FolderIndex(folder).TablesText();
  throw Error(fmt::format(
      "{}: this folder holds no data that is known by its name. Looked for pictures (.png), sound (.wav) or "
      "text (.txt) in a folder for each class, for text with a file for each class, for "
      "train-images-idx3-ubyte with train-labels-idx1-ubyte (also t10k-..., also .gz), and for x.npy with "
      "y.npy or x_train.npy with y_train.npy (also x_test.npy with y_test.npy): {}",
      folder, tables.empty() ? "rename the files so, or name one file" : "or name one of " + tables));
}

FilePair FileAndTargets(const std::string& inputs) {
  const std::filesystem::path path(inputs);
  const std::filesystem::path folder = path.parent_path();
  const std::string name = CanonicalName(path.filename().string());
  std::string sibling = Replaced(Replaced(name, "images", "labels"), "idx3", "idx1");
  if (sibling == name && name.starts_with("x")) sibling = "y" + name.substr(1);
  if (sibling == name) sibling = Replaced(name, "_x-npy", "_y-npy");
  if (sibling == name) return {inputs, ""};
  return {inputs, FolderIndex(folder.empty() ? "." : folder).Find(sibling)};
}

}  // namespace ramp
