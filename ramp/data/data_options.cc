#include "ramp/data/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "ramp/base/error.h"

namespace ramp {
namespace {

struct KindName {
  DataKind kind;
  std::string_view text;
};
constexpr KindName kKinds[] = {
    {DataKind::kTable, "tables (CSV), which have columns"},
    {DataKind::kArrays, "arrays (IDX, NPY)"},
    {DataKind::kPictures, "folders of pictures"},
    {DataKind::kSounds, "folders of sound"},
    {DataKind::kTexts, "folders of text"},
    {DataKind::kNextCharacter, "a text with --task next-character"},
    {DataKind::kGenerated, "generated sets"},
};

struct OptionUse {
  std::string_view option;
  bool (*given)(const DataRequest& request);
  std::vector<DataKind> kinds;
};

const std::vector<OptionUse>& Uses() {
  using enum DataKind;
  static const std::vector<OptionUse> uses = {
      {"--target", [](const DataRequest& r) { return !r.target.empty(); }, {kTable}},
      {"--task classification or regression",
       [](const DataRequest& r) { return r.task.has_value(); },
       {kTable, kArrays}},
      {"--hold-out", [](const DataRequest& r) { return !r.hold_out.empty(); }, {kTable, kPictures, kSounds, kTexts}},
      {"--size", [](const DataRequest& r) { return !r.size.empty(); }, {kPictures}},
      {"--seconds", [](const DataRequest& r) { return r.seconds.has_value(); }, {kSounds}},
      {"--tokens", [](const DataRequest& r) { return r.characters; }, {kTexts, kNextCharacter}},
      {"--length", [](const DataRequest& r) { return r.length > 0; }, {kTexts, kNextCharacter, kGenerated}},
      {"--vocabulary", [](const DataRequest& r) { return r.vocabulary.has_value(); }, {kTexts}},
  };
  return uses;
}

}  // namespace

void CheckOptions(const DataRequest& request, const std::string& name, DataKind kind) {
  for (const OptionUse& use : Uses()) {
    if (!use.given(request) || std::ranges::count(use.kinds, kind) > 0) continue;
    std::string kinds;
    for (const DataKind other : use.kinds) {
      const auto found = std::ranges::find(kKinds, other, &KindName::kind);
      kinds += (kinds.empty() ? "" : "; ") + std::string(found->text);
    }
    throw UsageError(fmt::format("{}: has no use for {}, which is for {}: leave it out", name, use.option, kinds));
  }
  const bool splits = !request.hold_out.empty() && !request.test.empty();
  if (splits) throw UsageError("--test and --hold-out both choose the test rows: leave one of them out");
}

}  // namespace ramp
