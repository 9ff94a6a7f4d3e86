#include "ramp/lab/trainings.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ramp/base/error.h"

namespace ramp::lab {
namespace {

TrainingData SomePictures() {
  const Settings settings;
  return WithFloats(Pictures({.settings = settings}, 400, 100));
}

TEST(DataForPictures, HasClassesAndIsNoText) {
  const Settings settings;
  TrainingData numbers, text;
  numbers.examples.encoding.task = Task::kRegression;
  text.examples.encoding.data = TextEncoding{};
  EXPECT_THROW(Pictures({.settings = settings, .data = &numbers}, 10, 10), Error);
  EXPECT_THROW(Pictures({.settings = settings, .data = &text}, 10, 10), Error);
}

TEST(SpoiledLabels, AreOthersInTheShareThatIsAskedFor) {
  const TrainingData before = SomePictures();
  TrainingData after = before;
  SpoilLabels(after, 0.2, 1);
  const auto differ = [&](uint32_t row) { return after.examples.labels[row] != before.examples.labels[row]; };
  const auto wrong = static_cast<double>(std::ranges::count_if(before.training, differ));
  EXPECT_NEAR(wrong / static_cast<double>(before.training.size()), 0.2, 0.06);
  EXPECT_EQ(std::ranges::count_if(before.test, differ), 0) << "labels that test stay as they are";
  const auto outputs = static_cast<int32_t>(before.examples.encoding.outputs());
  for (const int32_t label : after.examples.labels) EXPECT_TRUE(label >= 0 && label < outputs) << label;
}

TEST(ChangedInputs, AreScaledAndShiftedInTheRowsThatAreNamed) {
  const TrainingData before = SomePictures();
  TrainingData after = before;
  const uint32_t changed[] = {before.training[1]};
  ChangeInputs(after, changed, 3, 10);
  const uint32_t rows[] = {before.training[0], before.training[1]};
  const size_t count = before.examples.encoding.shape.count();
  std::vector<float> old(2 * count), now(2 * count);
  before.examples.Gather(rows, old.data());
  after.examples.Gather(rows, now.data());
  for (size_t i = 0; i < count; ++i) {
    ASSERT_EQ(now[i], old[i]) << "value " << i << " of the row before";
    ASSERT_NEAR(now[count + i], 3 * old[count + i] + 10, 1e-4) << "value " << i;
  }
}

TEST(ATraining, ScoresLikeAGuessWhenItDiverged) {
  const TrainingData data = SomePictures();
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(8, 16, kRectifier), encoding.shape, encoding.outputs());
  const TrainingOptions options{.epochs = 2, .batch = 32, .optimizer = std::string(kPlainDescent), .clip_norm = 0};
  EXPECT_FALSE(Learn(network, data, options).diverged);
  TrainingOptions wild = options;
  wild.initial_gain = 1e6;
  const Learned learned = Learn(network, data, wild);
  EXPECT_TRUE(learned.diverged);
  EXPECT_EQ(learned.test, ChanceOf(data));
  EXPECT_EQ(learned.gap(), 0);
}

}  // namespace
}  // namespace ramp::lab
