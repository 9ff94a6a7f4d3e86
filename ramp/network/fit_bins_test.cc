#include "ramp/network/fit_bins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ramp {
namespace {

using Values = std::vector<float>;

TEST(FitBins, TakesAllDifferentValuesWhereTheyAreFew) {
  EXPECT_EQ(FitBins({3, 1, 2, 2, 1}, 4), (Values{1, 2, 3}));
  EXPECT_EQ(FitBins({5, 4, 3, 2, 1}, 4), (Values{1, 2, 3, 4, 5}));
}

TEST(FitBins, GivesNoEdgesForTwoValues) {
  EXPECT_EQ(FitBins({}, 16), Values{});
  EXPECT_EQ(FitBins({7, 7}, 16), Values{});
  EXPECT_EQ(FitBins({0, 1, 1, 0}, 16), Values{});
}

TEST(FitBins, CutsManyValuesAtEqualShares) {
  Values values;
  for (int i = 0; i <= 1000; ++i) values.push_back(static_cast<float>(i * i));
  const Values edges = FitBins(values, 4);
  EXPECT_EQ(edges, (Values{0, 62500, 250000, 562500, 1000000}));
}

TEST(FitBins, MakesAValueThatFillsMoreThanABinAnEdgeAndCutsTheOthers) {
  Values values(900, 0.0f);
  for (int i = 1; i <= 101; ++i) values.push_back(static_cast<float>(i));
  const Values edges = FitBins(values, 4);
  EXPECT_EQ(edges, (Values{0, 1, 34.333332f, 67.666664f, 101}));
}

TEST(FitBins, MakesAtMostFourValuesEdgesOfTheirOwn) {
  Values values;
  for (int mass = 0; mass < 6; ++mass) values.insert(values.end(), 100, static_cast<float>(1000 + mass));
  for (int i = 0; i < 40; ++i) values.push_back(static_cast<float>(i));
  const Values edges = FitBins(values, 16);
  ASSERT_LE(edges.size(), 17u);
  for (const float mass : {1000.0f, 1001.0f, 1002.0f, 1003.0f}) EXPECT_NE(std::ranges::find(edges, mass), edges.end());
}

TEST(FitBins, SkipsValuesThatAreNotFinite) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(FitBins({kInfinity, 1, NAN, 2, -kInfinity, 3}, 8), (Values{1, 2, 3}));
}

TEST(FitBins, GivesAscendingEdgesForAnyNumberOfBins) {
  Values values;
  for (int i = 0; i < 500; ++i) values.push_back(std::sin(static_cast<float>(i)) * (i % 3 == 0 ? 0.0f : 5.0f));
  for (size_t bins = 2; bins < 70; ++bins) {
    const Values edges = FitBins(values, bins);
    ASSERT_LE(edges.size(), bins + 1);
    ASSERT_GE(edges.size(), 2u);
    for (size_t i = 1; i < edges.size(); ++i) ASSERT_LT(edges[i - 1], edges[i]) << bins;
  }
}

}  // namespace
}  // namespace ramp
