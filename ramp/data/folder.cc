#include "ramp/data/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/characters.h"

namespace ramp {
namespace {

namespace fs = std::filesystem;

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// Stands beside data without being data.
bool IsAboutData(const fs::path& path) {
  const std::string stem = Lower(path.stem().string());
  return stem == "readme" || stem == "license" || stem == "licence" || stem == "origin" || stem == "index";
}

std::optional<MediaKind> KindOfName(const fs::path& path) {
  const std::string extension = Lower(path.extension().string());
  if (extension == ".png") return MediaKind::kPicture;
  for (const std::string_view sound : {".wav", ".flac", ".ogg", ".aiff", ".aif", ".au"}) {
    if (extension == sound) return MediaKind::kSound;
  }
  if (extension == ".txt" && !IsAboutData(path)) return MediaKind::kText;
  return std::nullopt;
}

std::optional<Part> PartOfName(const fs::path& folder) {
  const std::string name = Lower(folder.filename().string());
  if (name == "train" || name == "training") return Part::kTraining;
  if (name == "val" || name == "valid" || name == "validation") return Part::kValidation;
  if (name == "test" || name == "testing") return Part::kTest;
  return std::nullopt;
}

struct Entries {
  std::vector<fs::path> folders, files;
};

Entries List(const fs::path& folder) {
  Entries entries;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (IsHidden(entry->path())) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      entries.folders.push_back(entry->path());
    } else if (entry->is_regular_file(ignored)) {
      entries.files.push_back(entry->path());
    }
  }
  if (failed) throw Error(fmt::format("{}: cannot be read ({}): check it", folder.string(), failed.message()));
  std::sort(entries.folders.begin(), entries.folders.end());
  std::sort(entries.files.begin(), entries.files.end());
  return entries;
}

// Names become labels, which travel as JSON.
std::string LabelOf(const fs::path& path, const std::string& name) {
  if (IsUtf8(name)) return name;
  throw Error(fmt::format("{}: its name gives a class, but is no UTF-8: rename it", path.string()));
}

// Formats that people have instead of those that are read.
struct OtherFormat {
  std::string_view extension, instead;
};
constexpr OtherFormat kOtherFormats[] = {
    {".jpg", "PNG"},  {".jpeg", "PNG"}, {".gif", "PNG"}, {".bmp", "PNG"}, {".webp", "PNG"}, {".tif", "PNG"},
    {".tiff", "PNG"}, {".mp3", "WAV"},  {".m4a", "WAV"}, {".aac", "WAV"}, {".wma", "WAV"},
};

class Finder {
 public:
  explicit Finder(ExampleFolder& found) : found_(found) {}

  void Find(const fs::path& folder) {
    const Entries entries = List(folder);
    FindIn(folder, entries);
    TellOthers(folder, entries);
  }

 private:
  void FindIn(const fs::path& folder, const Entries& entries) {
    const bool has_parts =
        std::ranges::any_of(entries.folders, [](const fs::path& path) { return PartOfName(path) == Part::kTraining; });
    if (!has_parts) {
      Collect(folder, Part::kAny);
      return;
    }
    for (const fs::path& sub : entries.folders) {
      if (const auto part = PartOfName(sub)) {
        Collect(sub, *part);
      } else {
        found_.notes.push_back(
            fmt::format("{}: is not read, as its folder has parts to train and to test", sub.string()));
      }
    }
  }

 private:
  // What lies between the examples and is not read; a sentence for the formats that should be others.
  void TellOthers(const fs::path& folder, const Entries& entries) {
    if (found_.files.empty()) others_.insert(entries.files.begin(), entries.files.end());
    std::map<std::string, size_t> counts;
    for (const fs::path& file : others_) ++counts[Lower(file.extension().string())];
    for (const OtherFormat& format : kOtherFormats) {
      const auto found = counts.find(std::string(format.extension));
      if (found == counts.end()) continue;
      const std::string problem =
          fmt::format("{}: {} file{} end{} in {}, which is not read", folder.string(), found->second,
                      found->second == 1 ? "" : "s", found->second == 1 ? "s" : "", found->first);
      const std::string remedy = fmt::format(": convert {} to {}", found->second == 1 ? "it" : "them", format.instead);
      if (found_.files.empty()) throw Error(problem + remedy);
      found_.notes.push_back(problem + remedy);
      counts.erase(found);
    }
    if (found_.lines || found_.files.empty() || counts.empty()) return;
    size_t others = 0;
    for (const auto& [extension, count] : counts) others += count;
    found_.notes.push_back(fmt::format("{}: {} other file{} not read (the first ends in '{}')", folder.string(), others,
                                       others == 1 ? " is" : "s are", counts.begin()->first));
  }

  // Everything below `folder`, whatever its depth.
  std::vector<fs::path> MediaBelow(const fs::path& folder) {
    std::vector<fs::path> media;
    const Entries entries = List(folder);
    for (const fs::path& file : entries.files) {
      if (KindOfName(file)) {
        media.push_back(file);
      } else if (!IsAboutData(file)) {
        others_.insert(file);
      }
    }
    for (const fs::path& sub : entries.folders) {
      const std::vector<fs::path> below = MediaBelow(sub);
      media.insert(media.end(), below.begin(), below.end());
    }
    return media;
  }

  void Collect(const fs::path& folder, Part part) {
    const Entries entries = List(folder);
    std::map<fs::path, std::vector<fs::path>> classes;
    for (const fs::path& sub : entries.folders) {
      std::vector<fs::path> media = MediaBelow(sub);
      if (!media.empty()) classes.emplace(sub, std::move(media));
    }
    if (classes.size() >= 2 || (classes.size() == 1 && part != Part::kAny)) {
      for (const auto& [sub, media] : classes) {
        const std::string label = LabelOf(sub, sub.filename().string());
        for (const fs::path& file : media) found_.files.push_back({file.string(), label, part});
      }
      return;
    }
    const auto direct = [](const fs::path& file) {
      const auto kind = KindOfName(file);
      return kind && *kind != MediaKind::kText;
    };
    if (std::ranges::any_of(entries.files, direct)) {
      for (const fs::path& file : entries.files) {
        if (direct(file)) {
          found_.files.push_back({file.string(), LabelOfFile(file), part});
        } else if (!IsAboutData(file)) {
          others_.insert(file);
        }
      }
    } else if (classes.size() == 1) {
      Collect(classes.begin()->first, part);
    } else {
      CollectLines(entries.files, part);
    }
  }

  static std::string LabelOfFile(const fs::path& file) {
    const std::vector<std::string> fields = FieldsOfName(file.string());
    return fields.size() > 1 ? LabelOf(file, fields[0]) : "";
  }

  // A file a class: reviews/good.txt and reviews/bad.txt, or reviews.good and reviews.bad.
  void CollectLines(const std::vector<fs::path>& files, Part part) {
    std::map<std::string, std::vector<fs::path>> by_stem;
    std::vector<fs::path> texts;
    for (const fs::path& file : files) {
      if (IsAboutData(file) || !file.has_extension()) continue;
      if (KindOfName(file) == MediaKind::kText) {
        texts.push_back(file);
      } else {
        by_stem[file.stem().string()].push_back(file);
      }
    }
    found_.lines = true;
    for (const fs::path& file : texts)
      found_.files.push_back({file.string(), LabelOf(file, file.stem().string()), part});
    if (!texts.empty()) return;
    const auto largest = std::ranges::max_element(by_stem, {}, [](const auto& group) { return group.second.size(); });
    if (largest == by_stem.end() || largest->second.size() < 2) return;
    static constexpr std::array<std::string_view, 6> kOthers = {".csv", ".tsv", ".npy", ".gz", ".json", ".names"};
    for (const fs::path& file : largest->second) {
      if (std::ranges::count(kOthers, Lower(file.extension().string())) > 0) {
        found_.files.clear();
        return;
      }
      found_.files.push_back({file.string(), LabelOf(file, file.extension().string().substr(1)), part});
    }
  }

  ExampleFolder& found_;
  std::set<fs::path> others_;
};

// Where there are pictures or sounds, text beside them is about them.
void KeepOneKind(ExampleFolder& found) {
  std::array<size_t, 3> counts{};
  const auto kind_of = [](const ExampleFile& file) {
    return KindOfName(fs::path(file.path)).value_or(MediaKind::kText);
  };
  for (const ExampleFile& file : found.files) ++counts[static_cast<size_t>(kind_of(file))];
  const auto count = [&](MediaKind kind) { return counts[static_cast<size_t>(kind)]; };
  if (count(MediaKind::kPicture) > 0 && count(MediaKind::kSound) > 0) {
    throw Error(fmt::format("{}: holds pictures ({}) and sounds ({}): put them into folders of their own", found.path,
                            count(MediaKind::kPicture), count(MediaKind::kSound)));
  }
  found.kind = count(MediaKind::kPicture) > 0 ? MediaKind::kPicture
               : count(MediaKind::kSound) > 0 ? MediaKind::kSound
                                              : MediaKind::kText;
  std::erase_if(found.files, [&](const ExampleFile& file) { return kind_of(file) != found.kind; });
}

}  // namespace

std::optional<ExampleFolder> FindExamples(const std::string& folder) {
  ExampleFolder found{.path = folder, .kind = MediaKind::kPicture, .lines = false, .files = {}, .notes = {}};
  Finder(found).Find(folder);
  if (found.files.empty()) return std::nullopt;
  KeepOneKind(found);
  return found;
}

std::optional<MediaKind> KindOfBytes(std::span<const uint8_t> start) {
  const std::string_view bytes(reinterpret_cast<const char*>(start.data()), start.size());
  if (bytes.starts_with("\x89PNG")) return MediaKind::kPicture;
  for (const std::string_view sound : {"RIFF", "RIFX", "RF64", "fLaC", "OggS", "FORM", ".snd"}) {
    if (bytes.starts_with(sound)) return MediaKind::kSound;
  }
  return std::nullopt;
}

std::vector<std::string> FieldsOfName(const std::string& path) {
  const std::string stem = fs::path(path).stem().string();
  std::vector<std::string> fields;
  size_t begin = 0;
  for (;;) {
    const size_t end = std::min(stem.find('_', begin), stem.size());
    fields.push_back(stem.substr(begin, end - begin));
    if (end == stem.size()) return fields;
    begin = end + 1;
  }
}

}  // namespace ramp
