#include "ramp/data/sound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ramp/data/folder.h"
#include "ramp/data/log_mel.h"
#include "ramp/data/source.h"
#include "ramp/data/test_data.h"
#include "ramp/data/test_media.h"

namespace ramp {
namespace {

constexpr size_t kBands = 40;

// Low and high tones by three speakers.
void WriteTones(const TemporaryFolder& folder, const std::string& ending = ".wav") {
  for (const std::string speaker : {"ann", "bob", "cy"}) {
    for (int take = 0; take < 6; ++take) {
      const double length = 0.2 + 0.02 * take;
      folder.Write("low_" + speaker + "_" + std::to_string(take) + ending, Wav(Tone(300, length)));
      folder.Write("high_" + speaker + "_" + std::to_string(take) + ending, Wav(Tone(2500, length)));
    }
  }
}

size_t LoudestBand(const std::vector<float>& features, size_t frame) {
  const auto begin = features.begin() + static_cast<ptrdiff_t>(frame * kBands);
  return static_cast<size_t>(std::max_element(begin, begin + kBands) - begin);
}

TEST(Wav, IsReadWithItsRateAndMixedToOneChannel) {
  const Sound mono = ReadSound("a.wav", Wav({0, 0.5, -0.5}, 11025));
  EXPECT_EQ(mono.rate, 11025u);
  ASSERT_EQ(mono.samples.size(), 3u);
  EXPECT_NEAR(mono.samples[1], 0.5, 1e-4);
  const Sound stereo = ReadSound("a.wav", Wav({0.5, 0.1, -0.2, -0.4}, 8000, 2));
  ASSERT_EQ(stereo.samples.size(), 2u);
  EXPECT_NEAR(stereo.samples[0], 0.3, 1e-4);
  EXPECT_NEAR(stereo.samples[1], -0.3, 1e-4);
}

TEST(Wav, ThatIsDamagedIsRefused) {
  const std::string whole = Wav(Tone(300, 0.1));
  std::string lying = whole;
  lying.replace(40, 4, std::string("\x00\x00\x00\x70", 4));
  std::string channels = whole;
  channels.replace(22, 2, std::string("\xff\x03", 2));
  struct Case {
    std::string bytes;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"", {"a.wav: is no recording"}},
      {"hello, world, this is no recording at all", {"a.wav: is no recording", "convert it"}},
      {whole.substr(0, 30), {"a.wav: "}},
      {whole.substr(0, 700), {"a.wav: byte 44: 1600 bytes of sound should follow, but 656 do", "cut off"}},
      {lying, {"a.wav: byte 44: 1879048192 bytes of sound should follow, but 1600 do"}},
      {channels, {"a.wav: "}},
      {Wav({}), {"a.wav: holds no sound"}},
      {Wav({0, 0, 0}, 30), {"a.wav: "}},
  };
  for (const Case& c : cases) ExpectError([&] { ReadSound("a.wav", c.bytes); }, c.words, c.words[0]);
  for (size_t size = 0; size < whole.size(); size += 7) {
    EXPECT_THROW(ReadSound("a.wav", std::string_view(whole).substr(0, size)), Error) << "cut at byte " << size;
  }
}

TEST(LogMel, ShowsAToneInItsBand) {
  const SoundEncoding encoding;
  const auto band_of = [&](double hertz) {  // by the formula in the header
    const auto mel = [](double f) { return 2595 * std::log10(1 + f / 700); };
    return (mel(hertz) - mel(encoding.lowest)) / (mel(encoding.highest) - mel(encoding.lowest)) * (kBands + 1) - 1;
  };
  const LogMel log_mel(encoding, kBands, 8000);
  for (const double hertz : {150.0, 440.0, 1000.0, 2500.0, 3500.0}) {
    const std::vector<float> features = log_mel.Compute(Tone(hertz, 0.5));
    ASSERT_EQ(features.size(), log_mel.Frames(4000) * kBands);
    EXPECT_EQ(log_mel.Frames(4000), 48u) << "a frame of 25 ms every 10 ms";
    EXPECT_NEAR(static_cast<double>(LoudestBand(features, 20)), band_of(hertz), 0.6) << hertz << " Hz";
  }
}

TEST(LogMel, DependsNeitherOnLoudnessNorOnTheRate) {
  const SoundEncoding encoding;
  const std::vector<float> loud = LogMel(encoding, kBands, 8000).Compute(Tone(700, 0.3, 0.9));
  const std::vector<float> soft = LogMel(encoding, kBands, 8000).Compute(Tone(700, 0.3, 0.01));
  const std::vector<float> fine = LogMel(encoding, kBands, 16000).Compute(Tone(700, 0.3, 0.5, 16000));
  ASSERT_EQ(loud.size(), soft.size());
  ASSERT_EQ(loud.size(), fine.size());
  const size_t peak = LoudestBand(loud, 10);
  EXPECT_EQ(LoudestBand(fine, 10), peak);
  for (size_t frame = 0; frame < loud.size() / kBands; ++frame) {
    EXPECT_NEAR(loud[frame * kBands + peak], soft[frame * kBands + peak], 0.01);
    EXPECT_NEAR(loud[frame * kBands + peak], fine[frame * kBands + peak], 0.2);
  }
}

TEST(LogMel, OfSilenceAndOfAFewSamplesIsFinite) {
  const LogMel log_mel({}, kBands, 8000);
  for (const std::vector<float>& samples : {std::vector<float>(4000, 0.0f), std::vector<float>{0.5f}}) {
    const std::vector<float> features = log_mel.Compute(samples);
    EXPECT_GE(features.size(), kBands);
    for (const float value : features) EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_NEAR(log_mel.Compute(std::vector<float>(4000, 0.0f))[0], kSilence, 1e-4);
}

TEST(Sounds, TakeTheirClassFromTheirNames) {
  const TemporaryFolder folder;
  WriteTones(folder);
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  const Encoding& encoding = data.examples.encoding;
  EXPECT_EQ(encoding.labels, (std::vector<std::string>{"high", "low"}));
  EXPECT_EQ(encoding.shape.units(), kBands);
  EXPECT_EQ(data.examples.rows, 36u);
  for (const float value : std::get<std::vector<float>>(data.examples.inputs)) ASSERT_TRUE(std::isfinite(value));
  const Encoding again = Encoding::FromJson(encoding.ToJson());
  EXPECT_EQ(again.ToJson(), encoding.ToJson());
  EXPECT_EQ(again.sound()->highest, 4000);
  EXPECT_EQ(ReadForPrediction(folder.path() + "/low_ann_0.wav", again).labels, (std::vector<int32_t>{1}));
  const TrainingData cut = ReadTrainingData({.path = folder.path(), .seconds = 0.1});
  EXPECT_EQ(cut.examples.encoding.shape[0], 9u);
  EXPECT_TRUE(HasNote(cut.examples.notes, "36 of 36 recordings are longer than 0.10 s"));
}

TEST(Sounds, CanHoldSpeakersOut) {
  const TemporaryFolder folder;
  WriteTones(folder);
  for (const std::string request : {"2=bob", "bob"}) {
    const TrainingData data = ReadTrainingData({.path = folder.path(), .hold_out = request});
    EXPECT_EQ(data.test.size(), 12u) << request;
    for (const uint32_t row : data.test) EXPECT_EQ(FieldsOfName(data.examples.names[row])[1], "bob");
    for (const uint32_t row : data.training) EXPECT_NE(FieldsOfName(data.examples.names[row])[1], "bob");
    for (const uint32_t row : data.validation) EXPECT_NE(FieldsOfName(data.examples.names[row])[1], "bob");
  }
  struct Case {
    std::string hold_out;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"2=bop", {"there is no 'bop' in field 2", "did you mean 'bob'", "'ann'"}},
      {"4=bob", {"'4' is no field", "2 is"}},
      {"speaker=bob", {"'speaker' is no field"}},
      {"2=ann,bob,cy", {"holds out all", "nothing is left"}},
      {"2=", {"give a field and the values"}},
  };
  for (const Case& c : cases) {
    ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .hold_out = c.hold_out}); }, c.words,
                            c.hold_out);
  }
  ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .test = "0.5", .hold_out = "bob"}); },
                          {"--test and --hold-out"}, "both");
}

TEST(Sounds, ThatCannotBeComparedAreRefused) {
  const TemporaryFolder folder;
  WriteTones(folder);
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  const std::string slow = folder.Write("slow.wav", Wav(Tone(300, 0.2, 0.5, 4000), 4000));
  ExpectError([&] { ReadForPrediction(slow, data.examples.encoding); },
              {"slow.wav: has 4000 samples a second", "up to 4000 Hz, which takes 8000"}, "a low rate");
  const std::string table = folder.Write("t.csv", "a,b\n1,x\n2,y\n");
  ExpectError([&] { ReadForPrediction(table, data.examples.encoding); }, {"is a table", "trained on sound"}, "a table");
  std::filesystem::remove(slow);
  folder.Write("high_dan_1.wav", "RIFF, it says");
  ExpectError([&] { ReadTrainingData({.path = folder.path()}); }, {"high_dan_1.wav: is no recording"}, "a damaged one");
}

TEST(RealData, OfSpokenDigitsHoldsTwoSpeakersOut) {
  const std::string path = RealData("fsdd");
  if (path.empty()) GTEST_SKIP() << "no real data beside the sources (../shared/data)";
  const TrainingData data = ReadTrainingData({.path = path, .hold_out = "theo,yweweler"});
  EXPECT_EQ(data.examples.rows, 3000u);
  EXPECT_EQ(data.test.size(), 1000u);
  EXPECT_EQ(data.examples.encoding.labels.size(), 10u);
}

}  // namespace
}  // namespace ramp
