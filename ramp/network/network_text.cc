#include "ramp/network/network_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <ranges>

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
  for (const Activation& activation : Activations()) names.emplace_back(activation.name);
  for (const LayerDefinition& definition : Layers()) names.emplace_back(definition.name);
  return names;
}

const LayerDefinition* FindLayerOrNull(std::string_view name) {
  for (const LayerDefinition& definition : Layers()) {
    if (definition.name == name) return &definition;
  }
  return nullptr;
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

constexpr size_t kDeepestBranch = 64;
constexpr std::string_view kInputLabel = "input";

// Reads a text from left to right. A branch is read by the same function as the whole.
class NetworkParser {
 public:
  NetworkParser(std::string_view text, size_t outputs, size_t tokens)
      : text_(text), outputs_(outputs), tokens_(tokens) {}

  std::vector<GraphNode> Parse() {
    const size_t end = ReadBranch(kNetworkInput, 0);
    if (next_ < text_.size()) FailAt(text_, next_, fmt::format("'{}' without a '(' before it", text_[next_]));
    if (nodes_.empty() || end != nodes_.size() - 1) {
      FailAt(text_, text_.size(), "the last word names a value that is there already: end in a layer");
    }
    return std::move(nodes_);
  }

 private:
  static constexpr std::string_view kMarks = ",()|";

  bool At(char mark) const { return next_ < text_.size() && text_[next_] == mark; }

  // Parts up to the end of the branch; the value in which it ends.
  size_t ReadBranch(size_t value, size_t depth) {
    do {
      value = ReadPart(value, depth);
    } while (At(',') && ++next_ > 0);
    return value;
  }

  size_t ReadPart(size_t value, size_t depth) {
    const size_t begin = next_;
    next_ = std::min(text_.find_first_of(kMarks, begin), text_.size());
    std::vector<LayerWords::Word> words = SplitWords(text_, begin, next_);
    std::string_view label;
    if (!words.empty() && words[0].text.ends_with(':')) {
      label = words[0].text.substr(0, words[0].text.size() - 1);
      CheckLabel(label, words[0].position);
      words.erase(words.begin());
    }
    if (words.empty()) FailAt(text_, std::min(begin, text_.size()), "a layer is missing here");
    if (words.size() == 1 && label.empty() && !At('(')) {
      const auto known = labels_.find(words[0].text);
      if (known != labels_.end()) return known->second;
    }
    const bool last = next_ == text_.size();
    LayerWords reader(text_, std::move(words), last ? outputs_ : 0, tokens_);
    value = At('(') ? ReadJoin(reader, value, depth) : ReadLayer(reader, value);
    if (!label.empty()) labels_[label] = value;
    return value;
  }

  void CheckLabel(std::string_view label, size_t position) const {
    if (label.empty() || FindLayerOrNull(label) != nullptr || FindActivationOrNull(label) != nullptr) {
      FailAt(text_, position, fmt::format("'{}' is no label: take a word that names no layer", label));
    }
    if (labels_.contains(label)) FailAt(text_, position, fmt::format("the label '{}' is there twice", label));
  }

  [[noreturn]] static void FailUnknown(const LayerWords& words) {
    words.FailAtName(fmt::format("there is no layer '{}'{}", words.name(), DidYouMean(words.name(), LayerNames())));
  }

  size_t ReadLayer(LayerWords& words, size_t value) {
    if (const LayerDefinition* definition = FindLayerOrNull(words.name())) {
      if (definition->joins) words.Fail(fmt::format("'{}' needs its branches in ( ) behind it", words.name()));
      return Add(words, definition->parse(words), {value});
    }
    if (const Activation* activation = FindActivationOrNull(words.name())) {
      return Add(words, ParseActivation(words, *activation), {value});
    }
    FailUnknown(words);
  }

  size_t ReadJoin(LayerWords& words, size_t value, size_t depth) {
    const LayerDefinition* definition = FindLayerOrNull(words.name());
    if (FindActivationOrNull(words.name()) != nullptr || (definition != nullptr && !definition->joins)) {
      words.FailAtName(
          fmt::format("'{}' takes no branches, so no '(' may follow; numbers stand behind a blank", words.name()));
    }
    if (definition == nullptr) FailUnknown(words);
    if (depth == kDeepestBranch) {
      words.Fail(fmt::format("branches within more than {} others", kDeepestBranch));
    }
    const size_t open = next_;
    std::vector<size_t> ends;
    do {
      ++next_;
      ends.push_back(BranchIsEmpty() ? value : ReadBranch(value, depth + 1));
    } while (At('|'));
    if (!At(')')) FailAt(text_, open, "this '(' is never closed");
    ++next_;
    if (ends.size() == 1) ends.push_back(value);
    const size_t behind = std::min(text_.find_first_not_of(kBlanks, next_), text_.size());
    if (behind < text_.size() && kMarks.find(text_[behind]) == std::string_view::npos) {
      FailAt(text_, behind, "layers are separated by commas");
    }
    next_ = behind;
    return Add(words, definition->parse(words), std::move(ends));
  }

  // Moves past the blanks of an empty branch.
  bool BranchIsEmpty() {
    const size_t first = std::min(text_.find_first_not_of(kBlanks, next_), text_.size());
    if (first == text_.size() || (text_[first] != '|' && text_[first] != ')')) return false;
    next_ = first;
    return true;
  }

  size_t Add(LayerWords& words, LayerPointer layer, std::vector<size_t> inputs) {
    words.End();
    if (nodes_.size() == kMostLayers) words.Fail(fmt::format("more than {} layers", kMostLayers));
    nodes_.push_back({std::move(layer), std::move(inputs)});
    return nodes_.size() - 1;
  }

  std::string_view text_;
  size_t outputs_, tokens_;
  size_t next_ = 0;
  std::vector<GraphNode> nodes_;
  std::map<std::string_view, size_t> labels_ = {{kInputLabel, kNetworkInput}};
};

void Append(std::string& text, const std::string& part) { text += (text.empty() ? "" : ", ") + part; }

// Writes branches within parentheses. Every way to a node leads through its dominator, so what a join joins begins at
// the dominator of the join (Cooper, Harvey and Kennedy, 2001: dominators by walking up from the inputs).
class BranchWriter {
 public:
  explicit BranchWriter(std::span<const Node> nodes) : nodes_(nodes) {
    for (const Node& node : nodes) {
      size_t meeting = node.inputs[0];
      for (const size_t input : node.inputs) meeting = Meeting(meeting, input);
      dominators_.push_back(meeting);
    }
  }

  // Nothing when a node belongs to two branches, or when they are nested deeper than a text may be.
  std::optional<std::string> Write() {
    std::string text = Branch(kNetworkInput, nodes_.size() - 1, 0);
    if (written_ != nodes_.size()) return std::nullopt;
    return text;
  }

 private:
  size_t Meeting(size_t a, size_t b) const {
    while (a != b) {
      if (a == kNetworkInput || b == kNetworkInput) return kNetworkInput;
      size_t& later = a > b ? a : b;
      later = dominators_[later];
    }
    return a;
  }

  std::string Branch(size_t begin, size_t end, size_t depth) {
    if (depth > kDeepestBranch) written_ = nodes_.size() + 1;
    std::vector<size_t> way;
    for (size_t node = end; node != begin; node = dominators_[node]) way.push_back(node);
    std::string text;
    for (auto node = way.rbegin(); node != way.rend() && written_ <= nodes_.size(); ++node) {
      Append(text, Part(*node, depth));
    }
    return text;
  }

  std::string Part(size_t index, size_t depth) {
    ++written_;
    const Node& node = nodes_[index];
    if (node.inputs.size() == 1) return node.layer->Text();
    const size_t begin = dominators_[index];
    std::vector<std::string> branches;
    for (const size_t input : node.inputs) branches.push_back(Branch(begin, input, depth + 1));
    if (branches.size() == 2 && branches[1].empty() && !branches[0].empty()) branches.pop_back();
    return fmt::format("{}({})", node.layer->Text(), fmt::join(branches, " | "));
  }

  std::span<const Node> nodes_;
  std::vector<size_t> dominators_;
  size_t written_ = 0;
};

// Writes the nodes one by one, with a label for each that is not read by the next alone.
class LabelWriter {
 public:
  explicit LabelWriter(std::span<const Node> nodes) : nodes_(nodes) {}

  std::string Write() const {
    std::string text;
    size_t current = kNetworkInput;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      const bool join = node.inputs.size() > 1;
      if (!join && node.inputs[0] != current) Append(text, Label(node.inputs[0]));
      std::string part = node.layer->Text();
      if (join) {
        std::vector<std::string> branches;
        for (const size_t input : node.inputs) branches.push_back(input == current ? "" : Label(input));
        part += fmt::format("({})", fmt::join(branches, " | "));
      }
      const bool named = std::ranges::any_of(node.readers, [&](size_t reader) { return reader != i + 1; });
      Append(text, named ? fmt::format("{}: {}", Label(i), part) : part);
      current = i;
    }
    return text;
  }

 private:
  static std::string Label(size_t node) {
    return node == kNetworkInput ? std::string(kInputLabel) : fmt::format("n{}", node + 1);
  }

  std::span<const Node> nodes_;
};

}  // namespace

void LayerWords::Fail(const std::string& what) const {
  const Word& last = words_.back();
  FailAt(network_, next_ < words_.size() ? words_[next_].position : last.position, what);
}

void LayerWords::FailAtName(const std::string& what) const { FailAt(network_, words_.front().position, what); }

double LayerWords::ToNumber(std::string_view text, std::string_view meaning, double low, double high) const {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= low && number <= high)) {
    Fail(fmt::format("'{}' is not {}, a number from {} to {}", text, meaning, low, high));
  }
  return number;
}

size_t LayerWords::ToCount(std::string_view text, std::string_view meaning, size_t low, size_t high) const {
  const double number = ToNumber(text, meaning, static_cast<double>(low), static_cast<double>(high));
  if (number != std::floor(number)) Fail(fmt::format("{} is a whole number", meaning));
  return static_cast<size_t>(number);
}

std::string_view LayerWords::Next(std::string_view meaning, double low, double high) {
  if (!empty()) return words_[next_].text;
  next_ = 0;
  Fail(fmt::format("'{}' needs {} behind it, a number from {} to {}", name(), meaning, low, high));
}

size_t LayerWords::Count(std::string_view meaning, size_t low, size_t high) {
  const std::string_view text = Next(meaning, static_cast<double>(low), static_cast<double>(high));
  const size_t count = ToCount(text, meaning, low, high);
  ++next_;
  return count;
}

double LayerWords::Number(std::string_view meaning, double low, double high) {
  const double number = ToNumber(Next(meaning, low, high), meaning, low, high);
  ++next_;
  return number;
}

std::array<size_t, 2> LayerWords::CountPair(std::string_view meaning, size_t low, size_t high) {
  const std::string_view text = Next(meaning, static_cast<double>(low), static_cast<double>(high));
  const size_t cross = std::min(text.find('x'), text.size());
  const std::string_view second = cross < text.size() ? text.substr(cross + 1) : text;
  const std::array<size_t, 2> counts = {ToCount(text.substr(0, cross), meaning, low, high),
                                        ToCount(second, meaning, low, high)};
  ++next_;
  return counts;
}

std::array<size_t, 2> LayerWords::CountRange(std::string_view meaning, size_t low, size_t high) {
  const std::string_view text = Next(meaning, static_cast<double>(low), static_cast<double>(high));
  const size_t dash = std::min(text.find('-'), text.size());
  const size_t first = ToCount(text.substr(0, dash), meaning, low, high);
  const size_t last = dash < text.size() ? ToCount(text.substr(dash + 1), meaning, first, high) : first;
  ++next_;
  return {first, last};
}

bool LayerWords::Take(std::string_view word) {
  if (empty() || words_[next_].text != word) return false;
  ++next_;
  return true;
}

bool LayerWords::NextIsNumber() const {
  return !empty() && words_[next_].text[0] >= '0' && words_[next_].text[0] <= '9';
}

void LayerWords::End() {
  if (!empty()) Fail(fmt::format("'{}' is too much here; layers are separated by commas", words_[next_].text));
}

std::vector<GraphNode> ParseNetwork(std::string_view text, size_t outputs, size_t tokens) {
  return NetworkParser(text, outputs, tokens).Parse();
}

std::string WriteNetworkText(std::span<const Node> nodes) {
  if (std::optional<std::string> text = BranchWriter(nodes).Write()) return *std::move(text);
  return LabelWriter(nodes).Write();
}

}  // namespace ramp
