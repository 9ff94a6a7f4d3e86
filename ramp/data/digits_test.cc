#include "ramp/data/digits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/parallel.h"

namespace ramp {
namespace {

const std::vector<uint8_t>& Pixels(const Dataset& digits) { return std::get<std::vector<uint8_t>>(digits.inputs); }

uint64_t Hash(const std::vector<uint8_t>& bytes) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a (Fowler, Noll, Vo)
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 1099511628211u;
  return hash;
}

TEST(Digits, AreTheSameForTheSameSeedOnAnyNumberOfThreads) {
  const int threads = Threads();
  SetThreads(1);
  const Dataset one = GenerateDigits(600, 7);
  SetThreads(3);
  const Dataset three = GenerateDigits(600, 7);
  SetThreads(threads);
  EXPECT_EQ(Pixels(one), Pixels(three));
  EXPECT_EQ(one.labels, three.labels);
  EXPECT_NE(Pixels(one), Pixels(GenerateDigits(600, 8)));
}

// The same bits with any compiler and options: change the number only together with the digits.
TEST(Digits, AreTheSameOnEveryMachine) { EXPECT_EQ(Hash(Pixels(GenerateDigits(100, 1))), 10695342519317096703u); }

TEST(Digits, MoreOfThemBeginWithTheFewer) {
  const Dataset few = GenerateDigits(10, 3);
  const Dataset many = GenerateDigits(50, 3);
  EXPECT_TRUE(std::equal(Pixels(few).begin(), Pixels(few).end(), Pixels(many).begin()));
}

TEST(Digits, ShowInkOnADarkGroundForEveryClass) {
  const Dataset digits = GenerateDigits(2000, 1);
  EXPECT_EQ(digits.rows, 2000u);
  EXPECT_EQ(digits.encoding.shape, (Shape{28, 28, 1}));
  EXPECT_EQ(digits.encoding.labels.size(), 10u);
  std::vector<size_t> counts(10, 0);
  for (size_t i = 0; i < digits.rows; ++i) {
    ++counts[static_cast<size_t>(digits.labels[i])];
    const auto begin = Pixels(digits).begin() + static_cast<ptrdiff_t>(i * 784);
    const auto bright = std::count_if(begin, begin + 784, [](uint8_t value) { return value > 128; });
    EXPECT_GT(bright, 5) << "picture " << i;
    EXPECT_LT(bright, 784 / 2) << "picture " << i;
  }
  for (size_t digit = 0; digit < 10; ++digit) EXPECT_GT(counts[digit], 140u) << digit;
}

// Softmax regression by plain gradient descent: what can be told without a hidden layer.
double LinearAccuracy(const Dataset& digits, size_t training) {
  constexpr size_t kInputs = 784, kClasses = 10, kBatch = 50, kEpochs = 6;
  std::vector<float> weights(kInputs * kClasses, 0), bias(kClasses, 0), input(kInputs);
  const auto scores = [&](uint32_t row) {
    digits.Gather({&row, 1}, input.data());
    std::vector<float> sums = bias;
    for (size_t i = 0; i < kInputs; ++i) {
      for (size_t c = 0; c < kClasses; ++c) sums[c] += input[i] * weights[i * kClasses + c];
    }
    return sums;
  };
  for (size_t epoch = 0; epoch < kEpochs; ++epoch) {
    for (size_t begin = 0; begin + kBatch <= training; begin += kBatch) {
      std::vector<float> step(weights.size(), 0), bias_step(kClasses, 0);
      for (size_t row = begin; row < begin + kBatch; ++row) {
        std::vector<float> sums = scores(static_cast<uint32_t>(row));
        const float most = *std::max_element(sums.begin(), sums.end());
        float total = 0;
        for (float& sum : sums) total += sum = std::exp(sum - most);
        for (size_t c = 0; c < kClasses; ++c) {
          sums[c] = sums[c] / total - (c == static_cast<size_t>(digits.labels[row]) ? 1.0f : 0.0f);
          bias_step[c] += sums[c];
        }
        for (size_t i = 0; i < kInputs; ++i) {
          for (size_t c = 0; c < kClasses; ++c) step[i * kClasses + c] += input[i] * sums[c];
        }
      }
      constexpr float kRate = 0.01f / kBatch;
      for (size_t w = 0; w < weights.size(); ++w) weights[w] -= kRate * step[w];
      for (size_t c = 0; c < kClasses; ++c) bias[c] -= kRate * bias_step[c];
    }
  }
  size_t right = 0;
  for (size_t row = training; row < digits.rows; ++row) {
    const std::vector<float> sums = scores(static_cast<uint32_t>(row));
    right += std::max_element(sums.begin(), sums.end()) - sums.begin() == digits.labels[row] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(digits.rows - training);
}

TEST(Digits, CanBeLearnedButNotByALinearClassifierAlone) {
  const double accuracy = LinearAccuracy(GenerateDigits(6000, 1), 5000);
  EXPECT_GT(accuracy, 0.7);
  EXPECT_LT(accuracy, 0.9);
}

}  // namespace
}  // namespace ramp
