#include "ramp/health/treatments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/doctor.h"
#include "ramp/health/probe.h"
#include "ramp/health/remedies.h"
#include "ramp/health/treatments/layer_walk.h"
#include "ramp/network/plan.h"

namespace ramp {
namespace {

std::vector<float> Outputs(const Network& network, const TrainingData& data, std::span<const uint32_t> rows) {
  Plan plan(network, rows.size(), PlanMode::kInference);
  data.examples.Gather(rows, plan.input().data());
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}

void ExpectNear(const std::vector<float>& found, const std::vector<float>& expected, float tolerance,
                const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  float largest = 0, worst = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    worst = std::max(worst, std::abs(found[i] - expected[i]));
  }
  EXPECT_LE(worst, tolerance * largest) << what;
}

// A training in its second epoch, with a layer of which some units are dead.
class Ward {
 public:
  explicit Ward(const std::string& text = "dense 40, relu, dropout 0.1, dense 30, relu, dense",
                TrainingOptions options = {.epochs = 6, .batch = 32})
      : data_(MakeClouds({.rows = 900, .training = 600, .tested = 100}, 1)),
        network_(text, {32}, 10),
        trainer_(network_, data_, options),
        doctor_(network_, data_, options) {
    SetThreads(1);
    trainer_.Watch(doctor_);
    trainer_.Advance(1000);
    trainer_.Advance(5);
  }
  void Kill(size_t units) {
    const PlacedBlock& bias = network_.blocks()[1];
    for (size_t unit = 0; unit < units; ++unit) network_.parameters(bias)[unit] = -1000;
  }
  TreatedCourse Treated(std::string_view name, std::vector<size_t> layers = {}) {
    auto treated = Treat(name, trainer_, data_, doctor_.patient(), layers);
    if (!treated) throw Error(std::string(name) + " finds nothing to do");
    return std::move(*treated);
  }
  // The treated training goes on for an epoch, with finite numbers.
  void ExpectToGoOn(TreatedCourse& treated) {
    Trainer trainer(treated.course.network, data_, treated.course.options);
    trainer.Restore(treated.course.state);
    trainer.Advance(100);
    EXPECT_FALSE(trainer.diverged()) << treated.what;
    EXPECT_EQ(trainer.position().batch, 0u) << treated.what;
  }

  const TrainingData& data() const { return data_; }
  const Network& network() const { return network_; }
  Trainer& trainer() { return trainer_; }
  const Doctor& doctor() const { return doctor_; }
  std::vector<float> OutputsOf(const Network& network) const { return Outputs(network, data_, data_.test); }
  std::vector<float> OutputsOfBest(const Course& course) const {
    Network best = CopyOf(course.network);
    std::ranges::copy(course.state.best_parameters, best.parameters().begin());
    return OutputsOf(best);
  }

 private:
  TrainingData data_;
  Network network_;
  Trainer trainer_;
  Doctor doctor_;
};

TEST(EveryTreatment, SaysWhatItDoesAndIsTheTreatmentOfARemedy) {
  std::set<std::string_view> names;
  for (const Treatment& treatment : Treatments()) {
    EXPECT_TRUE(names.insert(treatment.name).second) << treatment.name << " is there twice";
    EXPECT_GT(treatment.does.size(), 20u) << treatment.name;
    EXPECT_TRUE(std::ranges::any_of(Remedies(), [&](const Remedy& remedy) {
      return remedy.treatment == treatment.name;
    })) << treatment.name;
  }
  for (const Remedy& remedy : Remedies()) {
    if (remedy.treatment.empty()) continue;
    EXPECT_EQ(FindTreatment(remedy.treatment).name, remedy.treatment);
  }
  EXPECT_THROW(FindTreatment("recycle-unit"), UsageError);
}

TEST(EveryTreatment, StandsInTheDocumentationAsItIs) {
  const std::string documentation = ReadFileWhole(RAMP_SOURCE_DIR "/docs/health.md");
  for (const Treatment& treatment : Treatments()) {
    const std::string row = "| " + std::string(treatment.name) + " | " + std::string(treatment.does) + " |\n";
    EXPECT_NE(documentation.find(row), std::string::npos) << "docs/health.md lacks the row\n" << row;
  }
}

// Each on the live training that it is made for, and then on.
TEST(EveryTreatment, LeavesATrainingThatGoesOn) {
  const std::vector<size_t> second = {2};
  for (const Treatment& treatment : Treatments()) {
    for (const std::string& text :
         {std::string("dense 40, relu, dense 40, tanh, dense 30, relu, dense"), std::string("dense 40, sigmoid, dense"),
          std::string("dense 32, relu, residual(dense 32, relu, dense 32), relu, dense 10, relu")}) {
      Ward ward(text);
      const std::vector<float> before(ward.network().parameters().begin(), ward.network().parameters().end());
      auto treated = Treat(treatment.name, ward.trainer(), ward.data(), ward.doctor().patient(), second);
      const std::span<const float> after = ward.network().parameters();
      EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << treatment.name << " changed the original";
      if (!treated) continue;
      EXPECT_FALSE(treated->what.empty()) << treatment.name;
      EXPECT_EQ(treated->course.state.parameters.size(), treated->course.network.parameters().size());
      ward.ExpectToGoOn(*treated);
    }
  }
}

TEST(StandardiseInputs, BringsEveryColumnToMeanZeroAndDeviationOne) {
  Ward ward;
  TreatedCourse treated = ward.Treated("standardise-inputs");
  LayerWalk walk(treated.course.network, ward.data().examples, RowsForTreatment(ward.data()));
  const UnitMoments moments = MomentsOfUnits(walk.Compute(0), 32);
  for (size_t column = 0; column < 32; ++column) {
    EXPECT_NEAR(moments.means[column], 0, 1e-4) << column;
    EXPECT_NEAR(moments.deviations[column], 1, 1e-3) << column;
  }
  ExpectNear(ward.OutputsOfBest(treated.course), ward.OutputsOfBest(CourseOf(ward.trainer())), 1e-6f,
             "the best weights keep their meaning");
  EXPECT_FALSE(Treat("standardise-inputs", treated.course, ward.data(), ward.doctor().patient())) << "once is enough";
}

TEST(RecycleUnits, WakesDeadUnitsAndChangesNoOutput) {
  Ward ward;
  ward.Kill(15);
  const std::vector<float> before = ward.OutputsOf(ward.network());
  TreatedCourse treated = ward.Treated("recycle-units");
  ExpectNear(ward.OutputsOf(treated.course.network), before, 1e-6f, treated.what);
  const ProbeResult probe = Probe(treated.course.network, ward.data().examples, ward.data().training);
  EXPECT_EQ(probe.layers[0].dead, 0u) << treated.what;
  const PlacedBlock& into = ward.network().blocks()[0];
  for (size_t i = 0; i < 32; ++i) {
    for (size_t unit = 0; unit < 15; ++unit) {
      EXPECT_EQ(treated.course.state.optimizer.first[into.offset + i * 40 + unit], 0) << unit;
    }
  }
  const float other = treated.course.state.optimizer.second[into.offset + 20];
  EXPECT_EQ(other, ward.trainer().Save().optimizer.second[into.offset + 20]) << "of living units nothing is forgotten";
  EXPECT_GT(other, 0);
  EXPECT_FALSE(Treat("recycle-units", treated.course, ward.data(), ward.doctor().patient())) << "nothing is dead";
}

TEST(RecycleUnits, FindsWhatReadsTheUnitsOfAConvolution) {
  const TrainingData data = ReadTrainingData({.path = "digits rows 60"});
  Network network("conv 6 3x3, relu, maxpool 4, flatten, dense 20, relu, dense", data.examples.encoding.shape, 10);
  const TrainingOptions options{.epochs = 1, .batch = 16};
  Trainer trainer(network, data, options);
  for (size_t unit = 0; unit < 3; ++unit) network.parameters(network.blocks()[1])[unit] = -1000;
  Doctor doctor(network, data, options);
  const auto treated = Treat("recycle-units", trainer, data, doctor.patient());
  ASSERT_TRUE(treated);
  ExpectNear(Outputs(treated->course.network, data, data.training), Outputs(network, data, data.training), 1e-6f,
             treated->what);
  EXPECT_EQ(Probe(treated->course.network, data.examples, data.training).layers[0].dead, 0u);
}

TEST(InsertBatchNorm, ChangesNoOutputOfARunningNetwork) {
  Ward ward;
  const std::vector<float> before = ward.OutputsOf(ward.network());
  TreatedCourse treated = ward.Treated("insert-batch-norm");
  EXPECT_EQ(treated.course.network.Text(),
            "dense 40, batchnorm, relu, dropout 0.1, dense 30, batchnorm, relu, dense 10");
  ExpectNear(ward.OutputsOf(treated.course.network), before, 1e-4f, treated.what);
  ExpectNear(ward.OutputsOfBest(treated.course), ward.OutputsOfBest(CourseOf(ward.trainer())), 1e-4f,
             "the best weights keep their meaning");
}

TEST(AddDropout, ChangesNoOutput) {
  Ward ward("dense 40, relu, dense 30, relu, dense");
  const std::vector<float> before = ward.OutputsOf(ward.network());
  TreatedCourse treated = ward.Treated("add-dropout");
  EXPECT_EQ(treated.course.network.Text(), "dense 40, relu, dropout 0.3, dense 30, relu, dropout 0.3, dense 10");
  ExpectNear(ward.OutputsOf(treated.course.network), before, 0, treated.what);
}

TEST(RescaleStart, GivesEveryHiddenUnitMeanZeroAndDeviationOne) {
  Ward ward("dense 40, tanh, dense 30, tanh, dense");
  TreatedCourse treated = ward.Treated("rescale-start");
  EXPECT_EQ(treated.course.state.position.epoch, 1u) << "it begins anew";
  LayerWalk walk(treated.course.network, ward.data().examples, RowsForTreatment(ward.data()));
  for (const UnitLayer& layer : UnitLayers(treated.course.network)) {
    const UnitMoments moments = MomentsOfUnits(walk.Compute(layer.node), layer.units());
    const bool last = layer.node + 1 == treated.course.network.nodes().size();
    for (size_t unit = 0; unit < layer.units() && !last; ++unit) {
      EXPECT_NEAR(moments.means[unit], 0, 1e-4) << layer.node << ", " << unit;
      EXPECT_NEAR(moments.deviations[unit], 1, 1e-4) << layer.node << ", " << unit;
    }
    if (!last) walk.Compute(layer.node + 1);
  }
}

TEST(RollBack, GoesToTheBestWeightsWithASmallerRate) {
  Ward ward;
  const TrainingState state = ward.trainer().Save();
  TreatedCourse treated = ward.Treated("roll-back");
  EXPECT_EQ(treated.course.state.parameters, state.best_parameters);
  EXPECT_EQ(treated.course.state.position.epoch, 2u);
  EXPECT_EQ(treated.course.state.position.batch, 0u);
  EXPECT_LE(treated.course.options.learning_rate, 0.1 * ward.trainer().options().learning_rate);
}

TEST(LowerRate, GoesToTheUsualRateOrHalfTheWayToItFromVeryFar) {
  for (const auto& [rate, lower] : {std::pair{0.3, std::sqrt(0.3 * 0.001)}, {0.1, 0.001}, {0.004, 0.001}}) {
    Ward ward("dense 40, relu, dense", {.epochs = 6, .batch = 32, .optimizer = "adam", .learning_rate = rate});
    EXPECT_DOUBLE_EQ(ward.Treated("lower-rate").course.options.learning_rate, lower) << "from " << rate;
  }
}

TEST(Restarts, AreNotForWeightsThatWereBroughtAlong) {
  Ward ward("dense 40, tanh, dense 40, relu, dense", {.epochs = 6, .batch = 32, .keep_weights = true});
  for (const std::string_view name :
       {"usual-start", "rescale-start", "rectify-and-restart", "leak-and-restart", "shortcuts-and-restart"}) {
    EXPECT_FALSE(Treat(name, ward.trainer(), ward.data(), ward.doctor().patient())) << name;
  }
}

TEST(LeakAndRestart, ReplacesWhatCanDieAndNothingElse) {
  Ward ward("dense 40, relu, dense 40, tanh, dense 30, relu, dense");
  EXPECT_EQ(ward.Treated("leak-and-restart").course.network.Text(),
            "dense 40, leaky_relu, dense 40, tanh, dense 30, leaky_relu, dense 10");
  EXPECT_EQ(ward.Treated("rectify-and-restart").course.network.Text(),
            "dense 40, relu, dense 40, relu, dense 30, relu, dense 10");
  EXPECT_EQ(ward.Treated("shortcuts-and-restart").course.network.Text(),
            "dense 40, relu, residual(dense 40), tanh, dense 30, relu, dense 10");
}

}  // namespace
}  // namespace ramp
