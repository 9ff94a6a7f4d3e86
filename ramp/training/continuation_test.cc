#include "ramp/training/continuation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "ramp/base/error.h"
#include "ramp/data/data_kinds.h"
#include "ramp/training/test_data.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

// The letters from a to e, over and over.
std::string Letters(size_t rounds) {
  std::string text;
  for (size_t round = 0; round < rounds; ++round) text += "abcde";
  return text;
}

struct Trained {
  TrainingData data;
  Network network;
};

Trained TrainOnLetters() {
  TrainingData data;
  data.name = "letters";
  const std::unique_ptr<Survey> survey = SurveyLongText("letters", Letters(120));
  data.examples = kLongTextData.encode(*survey, kLongTextData.fit(*survey, {.length = 4}, {}), Use::kTraining);
  for (uint32_t row = 0; row < 600; ++row) (row < 500 ? data.training : data.validation).push_back(row);
  const Encoding& encoding = data.examples.encoding;
  Network network("embedding 6, dense 24, relu, dense", encoding.shape, encoding.outputs(), encoding.vocabulary());
  Trainer(network, data, {.epochs = 20, .batch = 32, .learning_rate = 0.01}).Run();
  return {std::move(data), std::move(network)};
}

TEST(Continue, GoesOnAsTheTrainingText) {
  const Trained trained = TrainOnLetters();
  const Encoding& encoding = trained.data.examples.encoding;
  EXPECT_EQ(Continue(trained.network, encoding, "abc", {.length = 9, .temperature = 0}), "deabcdeab");
  EXPECT_EQ(Continue(trained.network, encoding, "abcdeabcde", {.length = 3, .temperature = 0.1}), "abc");
}

TEST(Continue, DrawsTheSameForTheSameSeedAndMoreFreelyWhenHot) {
  const Trained trained = TrainOnLetters();
  const auto continued = [&](uint64_t seed, double temperature) {
    return Continue(trained.network, trained.data.examples.encoding, "abc",
                    {.length = 60, .temperature = temperature, .seed = seed});
  };
  EXPECT_EQ(continued(1, 50), continued(1, 50));
  EXPECT_NE(continued(1, 50), continued(2, 50));
  EXPECT_NE(continued(1, 50).find_first_of("abcde"), std::string::npos);
  EXPECT_EQ(continued(1, 50).find("deabcdeabcde"), std::string::npos);
}

TEST(Continue, RefusesANetworkThatPredictsNoCharacters) {
  TrainingData rings = MakeRings(30, 2, Task::kClassification, 1);
  const Network network("dense", {2}, 3);
  EXPECT_THROW(Continue(network, rings.examples.encoding, "abc", {}), UsageError);
}

}  // namespace
}  // namespace ramp
