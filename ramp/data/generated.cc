#include "ramp/data/generated.h"

#include "ramp/data/digits.h"

namespace ramp {
namespace {

constexpr Setting Rows(double usual) { return {"rows", usual, 20, 1000000, true, "how many examples"}; }
constexpr Setting Noise(double usual, std::string_view of = "deviation of each coordinate") {
  return {"noise", usual, 0, 10, false, of};
}
constexpr std::string_view kNoiseOfNumber = "deviation of the number";

constexpr Setting kDigitsSettings[] = {Rows(12000)};
constexpr Setting kSpiralsSettings[] = {Rows(3000),
                                        Noise(0.03),
                                        {"arms", 3, 2, 20, true, "classes"},
                                        {"turns", 1, 0.1, 10, false, "how often an arm winds"}};
constexpr Setting kCirclesSettings[] = {Rows(2000), Noise(0.08), {"rings", 2, 2, 20, true, "classes"}};
constexpr Setting kMoonsSettings[] = {Rows(2000), Noise(0.15)};
constexpr Setting kXorSettings[] = {Rows(2000), Noise(0.05), {"inputs", 2, 2, 20, true, "coordinates"}};
constexpr Setting kAbsoluteSettings[] = {
    Rows(1000), Noise(0.02, kNoiseOfNumber), {"inputs", 1, 1, 20, true, "coordinates"}};
constexpr Setting kSineSettings[] = {
    Rows(1000), Noise(0.02, kNoiseOfNumber), {"waves", 2, 0.1, 50, false, "from -1 to 1"}};
constexpr Setting kVowelsSettings[] = {Rows(3000),
                                       {"noise", 0.02, 0, 10, false, "deviation beside a voice of 1"},
                                       {"voices", 24, 4, 1000, true, "speakers, a quarter of which test"}};
constexpr Setting kGrammarSettings[] = {{"characters", 200000, 1000, 50000000, true, "length of the text"},
                                        {"depth", 3, 0, 10, true, "clauses within clauses"}};

Generated MakeDigits(std::span<const double> values, uint64_t seed) {
  return {.examples = GenerateDigits(static_cast<size_t>(values[0]), seed), .pairs = 1, .test = {}};
}

constexpr GeneratedSet kSets[] = {
    {.name = "digits",
     .summary = "handwritten digits of 28x28 pixels, drawn from strokes",
     .settings = kDigitsSettings,
     .generate = MakeDigits},
    {.name = "spirals",
     .summary = "points on spiral arms, a class each",
     .settings = kSpiralsSettings,
     .generate = MakeSpirals},
    {.name = "circles",
     .summary = "points on rings around each other",
     .settings = kCirclesSettings,
     .generate = MakeCircles},
    {.name = "moons",
     .summary = "points on two half rings that reach into each other",
     .settings = kMoonsSettings,
     .generate = MakeMoons},
    {.name = "xor",
     .summary = "points of a square; the class is whether an odd number of coordinates is negative",
     .settings = kXorSettings,
     .generate = MakeXor},
    {.name = "absolute",
     .summary = "a number to predict: |x| from -1 to 1, or the sum over several coordinates",
     .settings = kAbsoluteSettings,
     .generate = MakeAbsolute},
    {.name = "sine",
     .summary = "a number to predict: waves of a sine over x from -1 to 1",
     .settings = kSineSettings,
     .generate = MakeSine},
    {.name = "vowels",
     .summary = "ten vowels by synthetic voices; the test has voices that training has not",
     .settings = kVowelsSettings,
     .generate = MakeVowels},
    {.name = "grammar",
     .summary = "sentences of a small grammar, whose next character is to be predicted",
     .settings = kGrammarSettings,
     .generate = MakeGrammar},
};

std::string_view FirstWord(std::string_view text) { return text.substr(0, text.find_first_of(" ,")); }

}  // namespace

std::span<const GeneratedSet> GeneratedSets() { return kSets; }

const GeneratedSet* FindGeneratedSet(std::string_view text) {
  const std::string_view first = FirstWord(text);
  for (const GeneratedSet& set : kSets) {
    if (set.name == first) return &set;
  }
  return nullptr;
}

Generated Generate(const GeneratedSet& set, std::string_view text, uint64_t seed) {
  std::vector<SettingWord> words = SplitSettings("data", text);
  if (!words.empty()) {
    if (words[0].number) {
      FailSettings("data", text, words[0].position, "the set itself has no number: write its settings after it");
    }
    words.erase(words.begin());
  }
  const std::vector<double> values = ReadSettings("data", text, words, set.settings);
  return set.generate(values, seed);
}

}  // namespace ramp
