#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/data/generated_sets.h"

// A context-free grammar of English sentences. To predict them well takes more than the last letters: a verb agrees
// with its noun over whatever clause stands between them ("the dog that the cats see sleeps").
namespace ramp {
namespace {

constexpr uint64_t kGrammarStream = 0x6772616d6d6172;  // "grammar"

// Capitals are symbols to be replaced, with the small letters that follow them put after their last word.
struct Rule {
  std::string_view symbol;
  std::vector<std::string_view> replacements;  // the first is the one without further clauses
};

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {"SENTENCE", {"ONE DOES.", "MANY DO."}},
      {"ONE",
       {"the NOUN", "a NOUN", "the KIND NOUN", "the NOUN that DOES", "the NOUN that MANY MEET",
        "the NOUN that ONE MEETs"}},
      {"MANY",
       {"the NOUNs", "some NOUNs", "two KIND NOUNs", "the NOUNs that DO", "the NOUNs that ONE MEETs",
        "the NOUNs that MANY MEET"}},
      {"DOES", {"RESTs", "MEETs the NOUN", "MEETs ONE", "MEETs MANY", "RESTs and MEETs ONE"}},
      {"DO", {"REST", "MEET the NOUN", "MEET ONE", "MEET MANY", "REST and MEET ONE"}},
      {"NOUN", {"dog", "cat", "bird", "farmer", "teacher", "neighbour", "robot", "king"}},
      {"KIND", {"old", "young", "quiet", "happy", "small", "red"}},
      {"MEET", {"see", "follow", "greet", "hear", "chase", "like"}},
      {"REST", {"sleep", "wait", "sing", "run", "dream"}},
  };
  return rules;
}

class Speaker {
 public:
  Speaker(Random& random, size_t depth) : random_(random), depth_(depth) {}

  void Say(std::string_view words, size_t depth, std::string& text) {
    for (size_t at = 0; at < words.size();) {
      if (std::isupper(static_cast<unsigned char>(words[at])) == 0) {
        text += words[at++];
        continue;
      }
      const size_t begin = at;
      while (at < words.size() && std::isupper(static_cast<unsigned char>(words[at])) != 0) ++at;
      Replace(words.substr(begin, at - begin), depth, text);
    }
  }

 private:
  void Replace(std::string_view symbol, size_t depth, std::string& text) {
    for (const Rule& rule : Rules()) {
      if (rule.symbol != symbol) continue;
      // Words are always open; clauses only as deep as asked for.
      const bool is_word = rule.replacements[0].find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
      const bool is_sentence = depth == 0;
      const size_t choices = is_word || is_sentence || depth <= depth_ ? rule.replacements.size() : 1;
      Say(rule.replacements[random_.Below(choices)], depth + 1, text);
      return;
    }
  }

  Random& random_;
  size_t depth_;
};

}  // namespace

Generated MakeGrammar(std::span<const double> values, uint64_t seed) {
  const auto characters = static_cast<size_t>(values[0]);
  Random random(seed, kGrammarStream);
  Speaker speaker(random, static_cast<size_t>(values[1]));
  Generated made;
  while (made.text.size() < characters) {
    speaker.Say("SENTENCE", 0, made.text);
    made.text += '\n';
  }
  return made;
}

}  // namespace ramp
