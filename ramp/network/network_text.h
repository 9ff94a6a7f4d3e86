// The notation of networks.
//
//   network = part { "," part }
//   part    = [ label ":" ] layer       reads what the part before it gives
//           | label                     goes on from a part that was named before
//   layer   = name { number or word }
//           | join "(" branch { "|" branch } ")"
//   branch  = network or nothing        begins at the value that the join reads
//
// "dense 256, relu, dropout 0.2, dense", "dense 64, residual(relu, dense 64, relu, dense 64), dense",
// "concat(dense 8 | dense 8, relu)". A join with a single branch joins it with the value that it reads.
#ifndef RAMP_NETWORK_NETWORK_TEXT_H_
#define RAMP_NETWORK_NETWORK_TEXT_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/network/network.h"

namespace ramp {

// The words of one layer, read one after another by its definition.
class LayerWords {
 public:
  struct Word {
    std::string_view text;
    size_t position = 0;  // in the network's text
  };

  // `words` are the layer's name and what follows it. `last_units` is the number of units that a layer without a number
  // gets, `tokens` how many the data has; 0 where a number must be given.
  LayerWords(std::string_view network, std::vector<Word> words, size_t last_units, size_t tokens)
      : network_(network), words_(std::move(words)), last_units_(last_units), tokens_(tokens) {}

  std::string_view name() const { return words_[0].text; }
  size_t last_units() const { return last_units_; }
  size_t tokens() const { return tokens_; }
  bool empty() const { return next_ == words_.size(); }
  // The next word as a number; `meaning` is what the message calls it. Throw UsageError with the place.
  size_t Count(std::string_view meaning, size_t low, size_t high);
  double Number(std::string_view meaning, double low, double high);
  // "3x5", or "3" for both.
  std::array<size_t, 2> CountPair(std::string_view meaning, size_t low, size_t high);
  // "3-5", or "3" for 3 to 3.
  std::array<size_t, 2> CountRange(std::string_view meaning, size_t low, size_t high);
  // Moves past the next word if it is this one.
  bool Take(std::string_view word);
  bool NextIsNumber() const;
  // No word may be left.
  void End();
  // Throws UsageError that shows the text with a mark under the current word.
  [[noreturn]] void Fail(const std::string& what) const;
  // The same with the mark under the name.
  [[noreturn]] void FailAtName(const std::string& what) const;

 private:
  double ToNumber(std::string_view text, std::string_view meaning, double low, double high) const;
  size_t ToCount(std::string_view text, std::string_view meaning, size_t low, size_t high) const;
  std::string_view Next(std::string_view meaning, double low, double high);

  std::string_view network_;
  std::vector<Word> words_;
  size_t next_ = 1;
  size_t last_units_, tokens_;
};

// `outputs` is the number of units of a last layer without a number, `tokens` how many different ones the data has (0
// where it is no text).
std::vector<GraphNode> ParseNetwork(std::string_view text, size_t outputs, size_t tokens = 0);
// The text that gives these nodes again, with labels only where branches cross.
std::string WriteNetworkText(std::span<const Node> nodes);

}  // namespace ramp

#endif  // RAMP_NETWORK_NETWORK_TEXT_H_
