#include "ramp/data/text_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "ramp/base/error.h"
#include "ramp/data/bytes.h"
#include "ramp/data/targets.h"
#include "ramp/data/text.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 31;
constexpr size_t kUsualMostWords = 256, kUsualMostCharacters = 1024;
constexpr size_t kUsualVocabulary = 20000;

bool IsBlankLine(std::string_view line) { return line.find_first_not_of(" \t\v\f\r") == std::string_view::npos; }

// The most frequent tokens of the training texts.
std::vector<std::string> FitTokens(const TextSurvey& survey, bool characters, size_t most,
                                   std::span<const uint32_t> training) {
  std::unordered_map<std::string, size_t> counts;
  for (const uint32_t row : training) {
    TokenReader reader(survey.texts[row], characters);
    while (const auto token = reader.Next()) ++counts[std::string(*token)];
  }
  std::vector<std::pair<std::string, size_t>> frequent;
  for (const auto& [token, count] : counts) {
    if (count > 1) frequent.emplace_back(token, count);
  }
  std::sort(frequent.begin(), frequent.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::vector<std::string> tokens;
  for (size_t i = 0; i < std::min(most, frequent.size()); ++i) tokens.push_back(frequent[i].first);
  return tokens;
}

// [texts, shape]
std::vector<uint16_t> EncodeAll(TextSurvey& survey, const Encoding& encoding) {
  const Vocabulary vocabulary(*encoding.text());
  const size_t length = encoding.shape[0];
  CheckFitsMemory(survey.name, 2.0 * static_cast<double>(survey.texts.size()) * static_cast<double>(length),
                  "take fewer texts, or fewer tokens of each (--length)");
  std::vector<uint16_t> inputs(survey.texts.size() * length, kFillingToken);
  size_t cut = 0, unknown = 0, all = 0;
  for (size_t row = 0; row < survey.texts.size(); ++row) {
    std::vector<uint16_t> tokens = vocabulary.TokensOf(survey.texts[row]);
    if (tokens.size() > length) {
      ++cut;
      tokens.resize(length);
    }
    all += tokens.size();
    unknown += static_cast<size_t>(std::ranges::count(tokens, kUnknownToken));
    std::copy(tokens.begin(), tokens.end(), inputs.begin() + static_cast<ptrdiff_t>(row * length));
  }
  const std::string_view noun = encoding.text()->characters ? "characters" : "words and signs";
  if (cut > 0) {
    survey.notes.push_back(fmt::format("{}: {} of {} texts have more than {} {} and are cut after them", survey.name,
                                       cut, survey.texts.size(), length, noun));
  }
  if (unknown > 0) {
    survey.notes.push_back(fmt::format("{}: {:.1f} % of its {} are not in the vocabulary of {} and count as unknown",
                                       survey.name, 100 * static_cast<double>(unknown) / static_cast<double>(all), noun,
                                       encoding.text()->tokens.size()));
  }
  return inputs;
}

// The files of a folder, each a text, or each with a text a line (blank lines are skipped).
std::unique_ptr<TextSurvey> ReadTexts(const ExampleFolder& folder, const Progress& progress) {
  auto survey = std::make_unique<TextSurvey>();
  survey->name = folder.path;
  survey->notes = folder.notes;
  for (size_t i = 0; i < folder.files.size(); ++i) {
    const ExampleFile& file = folder.files[i];
    const std::string text = CleanText(file.path, ByteSource::Open(file.path).ReadAll(kMostFileBytes), survey->notes);
    if (!folder.lines) {
      survey->files.push_back(file);
      survey->texts.push_back(text);
    }
    size_t line = 1;
    for (size_t begin = 0; folder.lines && begin < text.size(); ++line) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      if (!IsBlankLine(std::string_view(text).substr(begin, end - begin))) {
        survey->files.push_back({fmt::format("{}:{}", file.path, line), file.label, file.part});
        survey->texts.push_back(text.substr(begin, end - begin));
      }
      begin = end + 1;
    }
    Tell(progress, "texts", i + 1, folder.files.size());
  }
  if (survey->texts.empty())
    throw Error(fmt::format("{}: holds nothing but blanks: there is nothing to read", folder.path));
  CheckRowCount(folder.path, survey->texts.size());
  return survey;
}

bool LooksLikeTexts(Place& place, const Purpose& purpose) {
  if (place.examples()) return place.examples()->kind == MediaKind::kText;
  return !place.is_folder() && !place.arrays() && purpose.model != nullptr && purpose.model->text() != nullptr;
}

std::unique_ptr<Survey> SurveyTexts(Place& place, const Purpose& purpose) {
  ExampleFolder folder = place.is_folder() ? FilesFor(place, purpose) : FolderOfFile(place.path(), MediaKind::kText);
  // Files whose names are no classes are whole texts.
  if (purpose.use == Use::kPrediction && folder.lines && folder.files.size() > 1) {
    const LabelIndex index(purpose.model->labels);
    folder.lines =
        std::ranges::any_of(folder.files, [&](const ExampleFile& file) { return index.Find(file.label).has_value(); });
  }
  std::unique_ptr<TextSurvey> survey = ReadTexts(folder, purpose.request.progress);
  if (purpose.model == nullptr) SurveyClasses(*survey);
  return survey;
}

// The tokens of the longest training text.
size_t UsualLength(const TextSurvey& survey, bool characters, std::span<const uint32_t> training) {
  size_t length = 0;
  for (const uint32_t row : training) {
    size_t count = 0;
    TokenReader reader(survey.texts[row], characters);
    while (reader.Next()) ++count;
    length = std::max(length, count);
  }
  return std::min(length, characters ? kUsualMostCharacters : kUsualMostWords);
}

Encoding Fit(Survey& any, const DataRequest& request, std::span<const uint32_t> training) {
  auto& survey = static_cast<TextSurvey&>(any);
  const bool characters = request.characters;
  Encoding encoding;
  FitClasses(survey, training, encoding);
  encoding.data =
      TextEncoding{.characters = characters,
                   .next = false,
                   .tokens = FitTokens(survey, characters, request.vocabulary.value_or(kUsualVocabulary), training)};
  if (encoding.text()->tokens.empty()) {
    throw Error(
        fmt::format("{}: no word comes up twice in its {} training texts: give more texts, or --tokens "
                    "characters",
                    survey.name, training.size()));
  }
  encoding.shape = {request.length > 0 ? request.length : UsualLength(survey, characters, training)};
  return encoding;
}

Dataset Encode(Survey& any, const Encoding& encoding, Use use) {
  auto& survey = static_cast<TextSurvey&>(any);
  if (encoding.text() == nullptr) {
    throw Error(
        fmt::format("{}: holds text, but the model was trained on {}: give such data", survey.name, encoding.Wanted()));
  }
  survey.inputs = EncodeAll(survey, encoding);
  return EncodeFiles(survey, encoding, use);
}

}  // namespace

constinit const DataKind kTextData = {
    .name = "folders of text",
    .options = "--hold-out --tokens --length --vocabulary",
    .looks_like = LooksLikeTexts,
    .survey = SurveyTexts,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
