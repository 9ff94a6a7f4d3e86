#include "ramp/network/network_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"

namespace ramp {
namespace {

constexpr size_t kMostLayers = 10000;
constexpr std::string_view kBlanks = " \t\r\n";

[[noreturn]] void FailAt(std::string_view network, size_t position, const std::string& what) {
  // A long text is shown around the place only.
  constexpr size_t kBefore = 40, kShown = 72;
  const size_t begin = position > kBefore ? position - kBefore : 0;
  std::string line(network.substr(begin, kShown));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = ' ';
  }
  throw UsageError(fmt::format("network, character {}: {}\n  {}\n  {}^", position + 1, what, line,
                               std::string(position - begin, ' ')));
}

std::vector<std::string> LayerNames() {
  std::vector<std::string> names;
  for (const LayerDefinition& definition : Layers()) names.emplace_back(definition.name);
  for (const Activation& activation : Activations()) names.emplace_back(activation.name);
  return names;
}

LayerPointer ParseLayer(LayerWords& words) {
  for (const LayerDefinition& definition : Layers()) {
    if (definition.name == words.name()) return definition.parse(words);
  }
  if (const Activation* activation = FindActivationOrNull(words.name())) return ParseActivation(words, *activation);
  words.Fail(fmt::format("there is no layer '{}'{}", words.name(), DidYouMean(words.name(), LayerNames())));
}

std::vector<LayerWords::Word> SplitWords(std::string_view text, size_t begin, size_t end) {
  std::vector<LayerWords::Word> words;
  size_t i = begin;
  while (i < end) {
    i = std::min(text.find_first_not_of(kBlanks, i), end);
    const size_t stop = std::min(text.find_first_of(kBlanks, i), end);
    if (i < end) words.push_back({text.substr(i, stop - i), i});
    i = stop;
  }
  return words;
}

}  // namespace

void LayerWords::Fail(const std::string& what) const {
  const Word& last = words_.back();
  FailAt(network_, next_ < words_.size() ? words_[next_].position : last.position, what);
}

size_t LayerWords::Count(std::string_view meaning, size_t low, size_t high) {
  const double number = Number(meaning, static_cast<double>(low), static_cast<double>(high));
  if (number != std::floor(number)) {
    --next_;
    Fail(fmt::format("{} is a whole number", meaning));
  }
  return static_cast<size_t>(number);
}

double LayerWords::Number(std::string_view meaning, double low, double high) {
  if (empty()) {
    next_ = 0;
    Fail(fmt::format("'{}' needs {} behind it, a number from {} to {}", name(), meaning, low, high));
  }
  const std::string_view text = words_[next_].text;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= low && number <= high)) {
    Fail(fmt::format("'{}' is not {}, a number from {} to {}", text, meaning, low, high));
  }
  ++next_;
  return number;
}

void LayerWords::End() {
  if (!empty()) Fail(fmt::format("'{}' is too much here; layers are separated by commas", words_[next_].text));
}

std::vector<LayerPointer> ParseNetwork(std::string_view text, size_t outputs) {
  std::vector<LayerPointer> layers;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    std::vector<LayerWords::Word> parts = SplitWords(text, begin, end);
    if (parts.empty()) FailAt(text, std::min(begin, text.size()), "a layer is missing here");
    if (layers.size() == kMostLayers) FailAt(text, begin, fmt::format("more than {} layers", kMostLayers));
    LayerWords words(text, std::move(parts), end == text.size() ? outputs : 0);
    layers.push_back(ParseLayer(words));
    words.End();
    begin = end + 1;
  }
  return layers;
}

}  // namespace ramp
