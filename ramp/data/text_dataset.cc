#include "ramp/data/text_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "ramp/base/error.h"
#include "ramp/data/bytes.h"
#include "ramp/data/targets.h"
#include "ramp/data/text.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 31;
constexpr size_t kUsualMostWords = 256, kUsualMostCharacters = 1024;
constexpr size_t kMostCharacters = 10000;

bool IsBlankLine(std::string_view line) { return line.find_first_not_of(" \t\v\f\r") == std::string_view::npos; }

std::string ReadText(const std::string& path, Notes& notes) {
  return CleanText(path, ByteSource::Open(path).ReadAll(kMostFileBytes), notes);
}

std::vector<std::string> PlacesOf(const Texts& texts) {
  std::vector<std::string> places;
  for (const ExampleOrigin& origin : texts.origins) places.push_back(origin.place);
  return places;
}

std::vector<uint16_t> TokensOf(const std::string& text, const TextEncoding& encoding, const Vocabulary& vocabulary) {
  std::vector<uint16_t> tokens;
  ForEachToken(text, encoding.characters, [&](std::string_view token) { tokens.push_back(vocabulary.Find(token)); });
  return tokens;
}

// The most frequent tokens of the training texts.
std::vector<std::string> FitTokens(const Texts& texts, bool characters, size_t most,
                                   std::span<const uint32_t> training) {
  std::unordered_map<std::string, size_t> counts;
  for (const uint32_t row : training) {
    ForEachToken(texts.texts[row], characters, [&](std::string_view token) { ++counts[std::string(token)]; });
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
std::vector<uint16_t> EncodeAll(const Texts& texts, const Encoding& encoding, Notes& notes) {
  const Vocabulary vocabulary(*encoding.text);
  const size_t length = encoding.shape[0];
  CheckFitsMemory(texts.name, 2.0 * static_cast<double>(texts.texts.size()) * static_cast<double>(length),
                  "take fewer texts, or fewer tokens of each (--length)");
  std::vector<uint16_t> inputs(texts.texts.size() * length, kFillingToken);
  size_t cut = 0, unknown = 0, all = 0;
  for (size_t row = 0; row < texts.texts.size(); ++row) {
    std::vector<uint16_t> tokens = TokensOf(texts.texts[row], *encoding.text, vocabulary);
    if (tokens.size() > length) {
      ++cut;
      tokens.resize(length);
    }
    all += tokens.size();
    unknown += static_cast<size_t>(std::ranges::count(tokens, kUnknownToken));
    std::copy(tokens.begin(), tokens.end(), inputs.begin() + static_cast<ptrdiff_t>(row * length));
  }
  const std::string_view noun = encoding.text->characters ? "characters" : "words and signs";
  if (cut > 0) {
    notes.push_back(fmt::format("{}: {} of {} texts have more than {} {} and are cut behind them", texts.name, cut,
                                texts.texts.size(), length, noun));
  }
  if (unknown > 0) {
    notes.push_back(fmt::format("{}: {:.1f} % of its {} are not in the vocabulary of {} and count as unknown",
                                texts.name, 100 * static_cast<double>(unknown) / static_cast<double>(all), noun,
                                encoding.text->tokens.size()));
  }
  return inputs;
}

// The windows lie in one array: as many filling tokens as a window has, and all characters but the last.
void SetWindows(const std::vector<uint16_t>& tokens, Dataset& dataset) {
  const size_t window = dataset.encoding.shape[0];
  std::vector<uint16_t> inputs(window, kFillingToken);
  inputs.insert(inputs.end(), tokens.begin(), tokens.end());
  dataset.inputs = std::move(inputs);
  dataset.row_step = 1;
  dataset.rows = tokens.size();
}

}  // namespace

Texts ReadTexts(const ExampleFolder& folder, const Progress& progress) {
  Texts texts{.name = folder.path, .origins = {}, .texts = {}, .notes = folder.notes};
  for (size_t i = 0; i < folder.files.size(); ++i) {
    const ExampleFile& file = folder.files[i];
    const std::string text = ReadText(file.path, texts.notes);
    if (!folder.lines) {
      texts.origins.push_back({file.path, file.label, file.part});
      texts.texts.push_back(text);
    }
    size_t line = 1;
    for (size_t begin = 0; folder.lines && begin < text.size(); ++line) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      if (!IsBlankLine(std::string_view(text).substr(begin, end - begin))) {
        texts.origins.push_back({fmt::format("{}:{}", file.path, line), file.label, file.part});
        texts.texts.push_back(text.substr(begin, end - begin));
      }
      begin = end + 1;
    }
    Tell(progress, "texts", i + 1, folder.files.size());
  }
  if (texts.texts.empty())
    throw Error(fmt::format("{}: holds nothing but blanks: there is nothing to read", folder.path));
  CheckRowCount(folder.path, texts.texts.size());
  return texts;
}

Dataset FitTexts(const Texts& texts, const TextOptions& options, const SplitLabels& draw, Split& split) {
  Dataset dataset;
  dataset.rows = texts.texts.size();
  dataset.notes = texts.notes;
  dataset.names = PlacesOf(texts);
  Encoding& encoding = dataset.encoding;
  dataset.labels = FitLabels(texts.name, texts.origins, encoding);
  split = draw(texts.origins, dataset.labels);
  CheckTrainingClasses(texts.name, dataset.labels, encoding.labels, split.training, dataset.notes);
  encoding.text = TextEncoding{.characters = options.characters,
                               .next = false,
                               .tokens = FitTokens(texts, options.characters, options.vocabulary, split.training)};
  if (encoding.text->tokens.empty()) {
    throw Error(
        fmt::format("{}: no word comes up twice in its {} training texts: give more texts, or --tokens "
                    "characters",
                    texts.name, split.training.size()));
  }
  size_t length = options.length;
  if (length == 0) {
    for (const uint32_t row : split.training) {
      size_t count = 0;
      ForEachToken(texts.texts[row], options.characters, [&](std::string_view) { ++count; });
      length = std::max(length, count);
    }
    length = std::min(length, options.characters ? kUsualMostCharacters : kUsualMostWords);
  }
  encoding.shape = {length};
  dataset.inputs = EncodeAll(texts, encoding, dataset.notes);
  return dataset;
}

Dataset EncodeTexts(const Texts& texts, const Encoding& encoding, bool for_test) {
  if (!encoding.text) {
    throw Error(
        fmt::format("{}: holds text, but the model was trained on {}: give such data", texts.name, encoding.Wanted()));
  }
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = texts.texts.size();
  dataset.notes = texts.notes;
  dataset.names = PlacesOf(texts);
  dataset.inputs = EncodeAll(texts, encoding, dataset.notes);
  EncodeLabels(texts.origins, for_test, dataset);
  return dataset;
}

Dataset FitNextCharacter(const std::string& name, const std::string& text, size_t window) {
  Dataset dataset;
  std::set<std::string> different;
  ForEachToken(text, true, [&](std::string_view token) { different.emplace(token); });
  if (different.size() < 2) {
    throw Error(fmt::format("{}: has {} different character{}, so there is nothing to learn: give another text", name,
                            different.size(), different.size() == 1 ? "" : "s"));
  }
  if (different.size() > kMostCharacters) {
    throw Error(fmt::format("{}: has {} different characters, more than the {} that can be classes: give another text",
                            name, different.size(), kMostCharacters));
  }
  Encoding& encoding = dataset.encoding;
  encoding.labels.assign(different.begin(), different.end());
  encoding.shape = {window};
  encoding.text = TextEncoding{.characters = true, .next = true, .tokens = encoding.labels};
  Dataset encoded = EncodeNextCharacter(name, text, encoding, true);
  return encoded;
}

Dataset EncodeNextCharacter(const std::string& name, const std::string& text, const Encoding& encoding, bool for_test) {
  Dataset dataset;
  dataset.encoding = encoding;
  const std::vector<uint16_t> tokens = TokensOf(text, *encoding.text, Vocabulary(*encoding.text));
  if (tokens.empty()) throw Error(fmt::format("{}: is empty: there is nothing to read", name));
  CheckRowCount(name, tokens.size());
  SetWindows(tokens, dataset);
  const auto unknown = std::ranges::find(tokens, kUnknownToken);
  if (unknown != tokens.end()) {
    const std::string problem = fmt::format("{}: its character {} is one that the training text does not have", name,
                                            unknown - tokens.begin() + 1);
    if (for_test) throw Error(problem + ": remove it");
    dataset.notes.push_back(problem + ": what follows is not compared with the text");
    return dataset;
  }
  for (const uint16_t token : tokens) dataset.labels.push_back(token - kFirstToken);
  return dataset;
}

}  // namespace ramp
