// Event files, parsed back by a reader that shares nothing with the writer.
#include "ramp/runs/tensorboard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/runs/test_runs.h"

namespace ramp {
namespace {

// Bit by bit, by the definition.
uint32_t PlainCrc32c(std::string_view bytes) {
  uint32_t sum = 0xffffffff;
  for (const char byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool differs = ((sum ^ (static_cast<unsigned>(static_cast<unsigned char>(byte)) >> bit)) & 1) != 0;
      sum = sum >> 1 ^ (differs ? 0x82f63b78 : 0);
    }
  }
  return ~sum;
}

template <class T>
T Take(std::string_view& bytes) {
  T value{};
  EXPECT_GE(bytes.size(), sizeof(T));
  std::memcpy(&value, bytes.data(), sizeof(T));
  bytes.remove_prefix(sizeof(T));
  return value;
}

uint64_t TakeVariable(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = Take<uint8_t>(bytes);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
}

// The fields of one message, by number: numbers as their eight bytes, the rest as its bytes.
std::multimap<uint64_t, std::string> Fields(std::string_view bytes) {
  std::multimap<uint64_t, std::string> fields;
  while (!bytes.empty()) {
    const uint64_t key = TakeVariable(bytes);
    size_t length = 0;
    switch (key & 7) {
      case 0: {
        const uint64_t value = TakeVariable(bytes);
        fields.emplace(key >> 3, std::string(reinterpret_cast<const char*>(&value), 8));
        continue;
      }
      case 1:
        length = 8;
        break;
      case 2:
        length = TakeVariable(bytes);
        break;
      case 5:
        length = 4;
        break;
      default:
        ADD_FAILURE() << "no such kind of field: " << (key & 7);
        return fields;
    }
    EXPECT_LE(length, bytes.size());
    fields.emplace(key >> 3, bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return fields;
}

template <class T>
T As(const std::string& bytes) {
  std::string_view view = bytes;
  return Take<T>(view);
}

std::vector<double> Doubles(std::string_view bytes) {
  std::vector<double> values;
  while (!bytes.empty()) values.push_back(Take<double>(bytes));
  return values;
}

struct ReadEvent {
  size_t step = 0;
  std::string version;
  std::map<std::string, double> scalars;
  std::map<std::string, std::multimap<uint64_t, std::string>> histograms;
  bool restarts = false;
};

std::vector<ReadEvent> ReadEvents(const std::string& path) {
  const std::string content = ReadFileWhole(path);
  std::string_view rest = content;
  std::vector<ReadEvent> events;
  while (!rest.empty()) {
    const auto unmask = [](uint32_t masked) {
      const uint32_t rotated = masked - 0xa282ead8;
      return rotated >> 17 | rotated << 15;
    };
    const std::string_view length_bytes = rest.substr(0, 8);
    const auto length = Take<uint64_t>(rest);
    EXPECT_EQ(unmask(Take<uint32_t>(rest)), PlainCrc32c(length_bytes));
    const std::string_view bytes = rest.substr(0, length);
    rest.remove_prefix(length);
    EXPECT_EQ(unmask(Take<uint32_t>(rest)), PlainCrc32c(bytes));
    ReadEvent event;
    for (const auto& [field, value] : Fields(bytes)) {
      if (field == 2) event.step = As<uint64_t>(value);
      if (field == 3) event.version = value;
      if (field == 7) event.restarts = As<uint64_t>(Fields(value).find(1)->second) == 1;
      if (field != 5) continue;
      for (const auto& [number, one] : Fields(value)) {
        const auto parts = Fields(one);
        const std::string tag = parts.find(1)->second;
        if (parts.contains(2)) event.scalars[tag] = static_cast<double>(As<float>(parts.find(2)->second));
        if (parts.contains(5)) event.histograms[tag] = Fields(parts.find(5)->second);
      }
    }
    events.push_back(std::move(event));
  }
  return events;
}

std::string FileIn(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) return entry.path().string();
  return "";
}

TEST(TheChecksum, IsCastagnolis) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau) << "RFC 3720, appendix B.4";
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  for (const std::string text : {"", "a", "ramp"}) EXPECT_EQ(Crc32c(text), PlainCrc32c(text)) << text;
}

TEST(AHistogram, CountsEveryFiniteValueOnce) {
  std::vector<float> values = {-2, -1, 0, 0, 0.5, 3, std::numeric_limits<float>::infinity(), std::nanf("")};
  const Histogram histogram = HistogramOf(values);
  EXPECT_EQ(histogram.number, 6);
  EXPECT_EQ(histogram.least, -2);
  EXPECT_EQ(histogram.most, 3);
  EXPECT_EQ(histogram.sum, 0.5);
  EXPECT_EQ(histogram.squares, 4 + 1 + 0.25 + 9);
  EXPECT_EQ(histogram.limits.back(), 3);
  ASSERT_EQ(histogram.limits.size(), histogram.counts.size());
  EXPECT_EQ(std::accumulate(histogram.counts.begin(), histogram.counts.end(), 0.0), 6);
  EXPECT_EQ(HistogramOf(std::vector<float>{1, 1}).counts, std::vector<double>{2});
  EXPECT_EQ(HistogramOf({}).number, 0);
}

TEST(ATrainingForTensorBoard, IsReadBackEpochByEpoch) {
  const TestHistory test;
  const std::string folder = test.path() + "-events";
  const TrainingData data = ReadTrainingData({.path = "moons rows 200"});
  Network network("dense 16, relu, dense 8, tanh, dense", data.examples.encoding.shape, 2);
  const TrainingOptions options{.epochs = 3, .batch = 32, .schedule = "constant", .learning_rate = 0.01};
  Trainer trainer(network, data, options);
  TensorBoardLog log(folder, network, data, [](const std::string& text) { ADD_FAILURE() << text; });
  trainer.Watch(log);
  const TrainingResult result = trainer.Run();
  EXPECT_NE(FileIn(folder).find("tfevents"), std::string::npos);
  const std::vector<ReadEvent> events = ReadEvents(FileIn(folder));
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].version, "brain.Event:2");
  for (size_t epoch = 1; epoch <= 3; ++epoch) {
    const ReadEvent& event = events[epoch];
    const EpochRecord& record = result.epochs[epoch - 1];
    EXPECT_EQ(event.step, epoch);
    EXPECT_EQ(event.scalars.at("loss/train"), static_cast<double>(static_cast<float>(record.train_loss)));
    EXPECT_EQ(event.scalars.at("loss/valid"), static_cast<double>(static_cast<float>(record.validation.loss)));
    EXPECT_EQ(event.scalars.at("accuracy/valid"), static_cast<double>(static_cast<float>(record.validation.score)));
    EXPECT_NEAR(event.scalars.at("learning_rate"), 0.01, 1e-9);
    EXPECT_GT(event.scalars.at("gradient_norm"), 0);
    const double open = event.scalars.at("open/layer 1 (dense 16, relu)");
    EXPECT_GT(open, 0.1);
    EXPECT_LT(open, 0.9);
    EXPECT_EQ(event.scalars.count("dead/layer 2 (dense 8, tanh)"), 1u);
    const auto& outputs = event.histograms.at("activations/layer 2 (dense 8, tanh)");
    EXPECT_GE(As<double>(outputs.find(1)->second), -1);
    EXPECT_LE(As<double>(outputs.find(2)->second), 1);
    const std::vector<double> counts = Doubles(outputs.find(7)->second);
    const double rows = static_cast<double>(data.training.size());
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0.0), 8 * rows);
    EXPECT_EQ(As<double>(outputs.find(3)->second), 8 * rows);
    const auto& gradients = event.histograms.at("gradients/layer 1 (dense 16, relu)/weight");
    EXPECT_EQ(As<double>(gradients.find(3)->second), 2 * 16);
    EXPECT_GT(As<double>(gradients.find(5)->second), 0) << "the squares of a gradient";
    EXPECT_EQ(Doubles(gradients.find(6)->second).size(), Doubles(gradients.find(7)->second).size());
    EXPECT_EQ(event.histograms.size(), 2u + 6u) << "two activations, three layers with weights and biases";
  }
}

TEST(ARestoredTraining, SaysToTensorBoardFromWhereItGoesOn) {
  const TestHistory test;
  const std::string folder = test.path() + "-events";
  const TrainingData data = ReadTrainingData({.path = "moons rows 100"});
  Network network("dense 4, relu, dense", data.examples.encoding.shape, 2);
  Trainer trainer(network, data, {.epochs = 2});
  TensorBoardLog log(folder, network, data, [](const std::string& text) { ADD_FAILURE() << text; });
  trainer.Watch(log);
  while (trainer.position().epoch == 1) trainer.Advance(100);
  const TrainingState behind_first = trainer.Save();
  trainer.Run();
  trainer.Restore(behind_first);
  trainer.Run();
  const std::vector<ReadEvent> events = ReadEvents(FileIn(folder));
  ASSERT_EQ(events.size(), 5u);
  EXPECT_TRUE(events[3].restarts);
  EXPECT_EQ(events[3].step, 2u);
  EXPECT_EQ(events[4].step, 2u);
  EXPECT_EQ(events[4].scalars.at("loss/train"), events[2].scalars.at("loss/train"));
}

TEST(ALogForTensorBoard, IsRefusedAtOnceWhereThereCanBeNone) {
  const TrainingData data = ReadTrainingData({.path = "moons rows 100"});
  const Network network("dense 4, relu, dense", data.examples.encoding.shape, 2);
  const auto none = [](const std::string&) {};
  EXPECT_THROW(TensorBoardLog("/dev/null/events", network, data, none), Error);
}

}  // namespace
}  // namespace ramp
