#include "ramp/web/painter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "ramp/network/initialize.h"
#include "ramp/web/grid_lines.h"
#include "ramp/web/statistics.h"

namespace ramp::web {
namespace {

// What Base64 has written.
template <class T>
std::vector<T> Decoded(const Json& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.get<std::string>()) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 255);
  }
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

TEST(Base64, IsReadBack) {
  for (const size_t size : {0, 1, 2, 3, 4, 5, 100}) {
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(i * 37));
    EXPECT_EQ(Decoded<uint8_t>(Json(Base64<uint8_t>(bytes))), bytes) << size;
  }
}

TEST(GridLines, PassWhereTheValueIsZero) {
  // A plane that rises to the right, 0 at a third of the second step.
  const std::vector<float> value = {-1.25f, -0.25f, 0.75f, -1.25f, -0.25f, 0.75f};
  const std::vector<uint8_t> open = {0, 0, 1, 0, 0, 1};
  const std::vector<uint16_t> lines = GridLines(2, 3, open, value);
  ASSERT_EQ(lines.size(), 4u);
  const double expected = (0.5 + 1.25) / 3 * 65535;
  EXPECT_NEAR(lines[0], expected, 1);
  EXPECT_NEAR(lines[1], 0.75 * 65535, 1);
  EXPECT_NEAR(lines[2], expected, 1);
  EXPECT_NEAR(lines[3], 0.25 * 65535, 1);
  EXPECT_EQ(GridLines(1, 3, std::span(open).first(3), std::span(value).first(3)).size(), 1u);
  EXPECT_TRUE(GridLines(2, 3, std::vector<uint8_t>(6, 1), value).empty());
}

// A painter of a network, and the moment of its first weights.
struct Painted {
  PlayDataPointer data;
  Moment moment;
  Json picture;
};
Painted PaintFresh(const std::string& set, const std::string& text, const Look& look,
                   const std::function<void(Network&)>& change = {}) {
  Painted painted{.data = MakePlayData({.set = set}, 1), .moment = {}, .picture = {}};
  const Encoding& encoding = painted.data->training.examples.encoding;
  Network network = MakeSmallNetwork(text, encoding.shape, encoding.outputs());
  Initialize(network, "", 1);
  if (change) change(network);
  painted.moment.parameters.assign(network.parameters().begin(), network.parameters().end());
  painted.picture = Painter(painted.data, std::move(network), 0).Paint(painted.moment, look);
  return painted;
}

TEST(ThePicture, ShowsTheKinkOfAUnitWhereItsGateChanges) {
  // One unit that is open where x1 > 0 in the network's input, so raw where x1 is above its mean.
  const auto change = [](Network& network) {
    const std::span<float> weights = network.parameters(network.blocks()[0]);
    std::ranges::fill(weights, 0.0f);
    weights[0] = 1;
    std::ranges::fill(network.parameters(network.blocks()[1]), 0.0f);
  };
  const Painted painted =
      PaintFresh("moons rows 100", "dense 1, relu, dense", {.plane = 33, .unit = 8, .kinks = {{1, 0}}}, change);
  const Json& picture = painted.picture;
  const InputAxis& axis = painted.data->axes[0];
  const double expected = (axis.mean - axis.low) / (axis.high - axis.low) * 65535;
  const auto lines = Decoded<uint16_t>(picture["kinks"][0]["lines"]);
  ASSERT_EQ(lines.size(), 32u * 4);
  for (size_t i = 0; i < lines.size(); i += 2) EXPECT_NEAR(lines[i], expected, 40);
  EXPECT_EQ(picture["regions"]["count"], 2);

  // The unit's picture rises to the right, and its top row is as its bottom row.
  const Json& units = picture["units"][0];
  const auto bytes = Decoded<uint8_t>(units["output"]);
  ASSERT_EQ(bytes.size(), 64u);
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(bytes[7], 255);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 8, bytes.end() - 8));
  const float open = Decoded<float>(units["open_share"])[0];
  EXPECT_NEAR(open, 0.5, 0.2);
  EXPECT_GT(Decoded<float>(units["gradient"])[0], 0);
}

TEST(ThePicture, HasTheLargestValueOfTheVerticalAxisAtItsTop) {
  const auto change = [](Network& network) {
    std::ranges::fill(network.parameters(), 0.0f);
    network.parameters(network.blocks()[0])[1] = 1;  // of x2
  };
  const Json picture = PaintFresh("moons rows 100", "dense 1, relu, dense", {.plane = 16, .unit = 8}, change).picture;
  const auto bytes = Decoded<uint8_t>(picture["units"][0]["output"]);
  EXPECT_EQ(bytes.front(), 255);
  EXPECT_EQ(bytes.back(), 0);
}

TEST(ThePicture, CountsTheRegionsOfALine) {
  const Json picture =
      PaintFresh("absolute rows 100", "dense 6, relu, dense", {.plane = 512, .kinks = {{1, -1}}}).picture;
  EXPECT_EQ(picture["size"], Json::array({1, 512}));
  size_t kinks = 0;
  for (const Json& kink : picture["kinks"]) kinks += Decoded<uint16_t>(kink["lines"]).size();
  EXPECT_EQ(picture["kinks"].size(), 6u);
  // The weights have no bias at first, so that all kinks lie at one place.
  EXPECT_GE(kinks, 1u);
  EXPECT_GE(picture["regions"]["count"], 2);
  EXPECT_EQ(Decoded<float>(picture["decision"]["value"]).size(), 512u);
}

TEST(ThePicture, IsDrawnOfEveryKindOfNetworkThatThePageCanWrite) {
  for (const std::string text : {"dense", "dense 4, tanh, dense", "dense 4, batchnorm, relu, dropout 0.5, dense",
                                 "dense 4, dropout 0.2, relu, dense", "dense 4, residual(relu, dense 4), relu, dense",
                                 "concat(dense 2, relu | dense 3, tanh), dense", "maxout 3, dense",
                                 "dense 4, prelu, layernorm, dense", "dense 40, relu, dense"}) {
    try {
      const Json picture =
          PaintFresh("xor rows 100, inputs 3", text, {.plane = 20, .unit = 9, .kinks = {{1, -1}, {2, 0}, {9, 1}}})
              .picture;
      EXPECT_FALSE(picture["text"].get<std::string>().empty()) << text;
      EXPECT_EQ(Decoded<uint8_t>(picture["decision"]["label"]).size(), 400u) << text;
    } catch (const UsageError& error) {
      ADD_FAILURE() << text << ": " << error.what();
    }
  }
}

TEST(Shares, HaveTheIntervalOfWilson) {
  EXPECT_NEAR(ShareInterval(20, 50).low, 0.2761, 1e-4);
  EXPECT_NEAR(ShareInterval(20, 50).high, 0.5382, 1e-4);
  EXPECT_EQ(ShareInterval(0, 50).low, 0);
  EXPECT_NEAR(ShareInterval(0, 50).high, 0.0714, 1e-4);
}

TEST(Distributions, AreOfTheNumbersThatThereAre) {
  const Json json = DistributionJson({3, 1, 2, 5, 4, std::nan("")});
  EXPECT_EQ(json["mean"], 3.0);
  EXPECT_EQ(json["median"], 3.0);
  EXPECT_EQ(json["quarter"], 2.0);
  EXPECT_EQ(json["least"], 1.0);
  EXPECT_GT(json["low"], 1.5);
  EXPECT_LT(json["high"], 4.5);
  EXPECT_TRUE(DistributionJson({}).is_null());
}

}  // namespace
}  // namespace ramp::web
