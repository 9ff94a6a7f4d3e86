// For tests: sick and healthy trainings, small enough to be run by the dozen.
#ifndef RAMP_HEALTH_BENCH_CASES_H_
#define RAMP_HEALTH_BENCH_CASES_H_

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/data/source.h"
#include "ramp/network/network.h"
#include "ramp/training/trainer.h"

namespace ramp {

// A training, and what is to be found in it.
struct HealthCase {
  std::string name;
  std::function<TrainingData(uint64_t seed)> data;
  std::string network;
  TrainingOptions options = {};
  // The monitors that may stand first in the report; none: the training is healthy.
  std::vector<std::string> causes = {};
  size_t by_epoch = 3;                        // when a warning must have been given; 0: before the first update
  std::function<void(Network&)> change = {};  // of the first weights
  // The same network set up well; what is empty is as above, but for the start and the learning rate, which are usual.
  struct WellSetUp {
    std::function<TrainingData(uint64_t seed)> data = {};
    std::string network = {};
    bool balanced = false;
  } well = {};
  bool treatable = true;  // something else than the data is to blame
};

struct Points {
  size_t rows = 2500, inputs = 32, classes = 10;
  double spread = 1.2;     // of a class around its centres
  size_t centres = 2;      // of a class: more than one is not linear
  size_t training = 1500;  // rows; of the rest half validate
  size_t tested = 4000;    // rows besides
  Task task = Task::kClassification;
};

// Normal clouds around random centres of variance 1, scaled to variance 1. A regression asks for a smooth function of
// the first three inputs.
inline TrainingData MakeClouds(const Points& points, uint64_t seed) {
  TrainingData data;
  data.name = "clouds";
  Dataset& examples = data.examples;
  examples.rows = points.rows + points.tested;
  examples.encoding.shape = {points.inputs};
  examples.encoding.task = points.task;
  Random random(seed, 77);
  const size_t clouds = points.classes * points.centres;
  std::vector<double> centres(clouds * points.inputs);
  for (double& value : centres) value = random.Normal();
  std::vector<float> values(examples.rows * points.inputs);
  const double scale = 1 / std::sqrt(1 + points.spread * points.spread);
  std::vector<size_t> cloud_of(examples.rows);
  for (size_t row = 0; row < examples.rows; ++row) {
    const size_t cloud = cloud_of[row] = random.Below(clouds);
    for (size_t i = 0; i < points.inputs; ++i) {
      values[row * points.inputs + i] =
          static_cast<float>(scale * (centres[cloud * points.inputs + i] + points.spread * random.Normal()));
    }
  }
  Random noise(seed, 78);
  for (size_t row = 0; row < examples.rows; ++row) {
    if (points.task == Task::kClassification) {
      examples.labels.push_back(static_cast<int32_t>(cloud_of[row] % points.classes));
    } else {
      const float* x = &values[row * points.inputs];
      examples.values.push_back(std::sin(2 * x[0]) + 0.7f * x[1] * x[2] + 0.05f * static_cast<float>(noise.Normal()));
    }
  }
  if (points.task == Task::kClassification) {
    for (size_t c = 0; c < points.classes; ++c) examples.encoding.labels.push_back(std::to_string(c));
  }
  examples.inputs = std::move(values);
  const size_t validated = (points.rows + points.training) / 2;
  for (uint32_t row = 0; row < examples.rows; ++row) {
    (row < points.training ? data.training : row < validated ? data.validation : data.test).push_back(row);
  }
  return data;
}

inline std::string Residual(size_t blocks) {
  std::string text = "dense 32, ";
  for (size_t i = 0; i < blocks; ++i) text += "residual(batchnorm, relu, dense 32, batchnorm, relu, dense 32), ";
  return text + "batchnorm, relu, dense";
}

// A generated set, such as "spirals turns 1".
inline std::function<TrainingData(uint64_t)> Read(const std::string& path) {
  return [path](uint64_t seed) { return ReadTrainingData({.path = path, .seed = seed}); };
}

inline std::function<TrainingData(uint64_t)> Clouds(const Points& points) {
  return [points](uint64_t seed) { return MakeClouds(points, seed); };
}

// The same with inputs that can be changed.
inline std::function<TrainingData(uint64_t)> AsFloats(std::function<TrainingData(uint64_t)> make) {
  return [=](uint64_t seed) {
    TrainingData data = make(seed);
    std::vector<float> inputs(data.examples.rows * data.examples.encoding.shape.count());
    data.examples.Gather(AllRows(data.examples), inputs.data());
    data.examples.inputs = std::move(inputs);
    return data;
  };
}

inline std::vector<float>& InputsOf(TrainingData& data) { return std::get<std::vector<float>>(data.examples.inputs); }

// "dense 64, relu, ... , dense"
inline std::string Deep(size_t depth, size_t units, const std::string& activation, const std::string& extra = "") {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += "dense " + std::to_string(units) + ", " + extra + activation + ", ";
  return text + "dense";
}

// The same data with all inputs multiplied and moved.
inline std::function<TrainingData(uint64_t)> Moved(std::function<TrainingData(uint64_t)> make, float factor,
                                                   float offset) {
  return [=](uint64_t seed) {
    TrainingData data = make(seed);
    for (float& value : InputsOf(data)) value = value * factor + offset;
    return data;
  };
}

// The first column replaced, from the old value and the target of the row.
inline std::function<TrainingData(uint64_t)> FirstColumn(std::function<TrainingData(uint64_t)> make,
                                                         float (*change)(float old, float target)) {
  return [=](uint64_t seed) {
    TrainingData data = make(seed);
    const Dataset& examples = data.examples;
    const size_t columns = examples.encoding.shape.count();
    for (size_t row = 0; row < examples.rows; ++row) {
      const float target = examples.labels.empty() ? examples.values[row] : static_cast<float>(examples.labels[row]);
      float& value = InputsOf(data)[row * columns];
      value = change(value, target);
    }
    return data;
  };
}

inline std::function<TrainingData(uint64_t)> ShuffledLabels(std::function<TrainingData(uint64_t)> make) {
  return [=](uint64_t seed) {
    TrainingData data = make(seed);
    Random random(seed, 79);
    random.Shuffle(std::span<int32_t>(data.examples.labels));
    return data;
  };
}

// Of the first class only one row in twenty stays in training, or of all but the first.
inline std::function<TrainingData(uint64_t)> Unbalanced(std::function<TrainingData(uint64_t)> make,
                                                        bool first_is_rare) {
  return [=](uint64_t seed) {
    TrainingData data = make(seed);
    std::vector<uint32_t> kept;
    for (const uint32_t row : data.training) {
      const bool rare = (data.examples.labels[row] == 0) == first_is_rare;
      if (!rare || row % 20 == 0) kept.push_back(row);
    }
    data.training = kept;
    return data;
  };
}

// All weights (not the biases) drawn anew, normal with this deviation; 0: all are 0.1.
inline std::function<void(Network&)> Drawn(double deviation) {
  return [deviation](Network& network) {
    Random random(5, 80);
    for (const PlacedBlock& block : network.blocks()) {
      if (block.block.kind != ParameterBlock::Kind::kWeight) continue;
      for (float& weight : network.parameters(block)) {
        weight = deviation > 0 ? static_cast<float>(deviation * random.Normal()) : 0.1f;
      }
    }
  };
}

inline std::vector<HealthCase> SickCases() {
  const auto clouds = Clouds({});
  const auto easy = Clouds({.spread = 0.8, .centres = 1});
  const auto regression = Clouds({.task = Task::kRegression});
  const auto spirals = AsFloats(Read("spirals")), digits = AsFloats(Read("digits rows 2500"));
  const TrainingOptions usual{.epochs = 6, .batch = 32};
  const TrainingOptions longer{.epochs = 40, .batch = 32, .schedule = "constant"};
  const auto with = [&](const std::string& optimizer, double rate) {
    TrainingOptions options = usual;
    options.optimizer = optimizer;
    options.schedule = "constant";
    options.learning_rate = rate;
    return options;
  };
  const auto start = [&](const std::string& name, double gain = 1) {
    TrainingOptions options = usual;
    options.initialization = name;
    options.initial_gain = gain;
    return options;
  };
  const std::vector<std::string> bad_start = {"bad-start"}, inputs = {"input-scale"};
  const std::vector<std::string> rate = {"large-updates", "oscillating-loss"};
  const std::string usual_net = Deep(2, 64, "relu");
  return {
      {"born dead, 20 x 3",
       clouds,
       Deep(20, 3, "relu"),
       usual,
       {"bad-start", "dead-units"},
       0,
       {},
       {.network = Deep(20, 3, "elu")}},
      {"sigmoid 10 x 64",
       clouds,
       Deep(10, 64, "sigmoid"),
       start("xavier"),
       {"vanishing-gradient"},
       3,
       {},
       {.network = Deep(10, 64, "relu")}},
      {"sigmoid 5 x 64",
       clouds,
       Deep(5, 64, "sigmoid"),
       start("xavier"),
       {"vanishing-gradient"},
       3,
       {},
       {.network = Deep(5, 64, "relu")}},
      {"sigmoid 20 x 64",
       clouds,
       Deep(20, 64, "sigmoid"),
       usual,
       {"vanishing-gradient"},
       3,
       {},
       {.network = Deep(20, 64, "relu")}},
      {"N(0, 0.01), relu 6 x 64", clouds, Deep(6, 64, "relu"), usual, bad_start, 0, Drawn(0.01)},
      {"N(0, 0.01), tanh 6 x 64", clouds, Deep(6, 64, "tanh"), usual, bad_start, 0, Drawn(0.01)},
      {"constant start", clouds, usual_net, usual, bad_start, 0, Drawn(0)},
      {"zero start", clouds, usual_net, start("", 0), bad_start, 0},
      {"3 x He, 10 x 64", clouds, Deep(10, 64, "relu"), start("he", 3), bad_start, 0},
      {"4 x He, 4 x 64", clouds, Deep(4, 64, "relu"), start("he", 4), bad_start, 0},
      {"N(0, 1), relu 3 x 64", clouds, Deep(3, 64, "relu"), usual, bad_start, 0, Drawn(1)},
      {"N(0, 2), tanh 3 x 64", clouds, Deep(3, 64, "tanh"), usual, bad_start, 0, Drawn(2)},
      {"N(0, 2), sigmoid 2 x 64", clouds, Deep(2, 64, "sigmoid"), usual, bad_start, 0, Drawn(2)},
      {"adam 0.1", clouds, Deep(3, 64, "relu"), with("adam", 0.1), rate},
      {"adam 0.03", clouds, Deep(3, 64, "relu"), with("adam", 0.03), rate},
      {"adam 0.1, tanh", clouds, Deep(3, 64, "tanh"), with("adam", 0.1), rate},
      {"adam 0.3, regression", regression, usual_net, with("adam", 0.3), rate},
      {"sgd 1.5", clouds, usual_net, with("sgd", 1.5), rate},
      {"momentum at 0.3", clouds, usual_net, with("momentum", 0.3), rate},
      {"adam 1e-6", clouds, usual_net, with("adam", 1e-6), {"small-updates"}},
      {"sgd 1e-5", clouds, usual_net, with("sgd", 1e-5), {"small-updates"}},
      {"adam 1e-6, regression", regression, usual_net, with("adam", 1e-6), {"small-updates"}},
      {"inputs x 255", Moved(clouds, 255, 0), usual_net, usual, inputs, 0, {}, {.data = clouds}},
      {"inputs x 255, tanh", Moved(clouds, 255, 0), Deep(2, 64, "tanh"), usual, inputs, 0, {}, {.data = clouds}},
      {"inputs + 10", Moved(clouds, 1, 10), usual_net, usual, inputs, 0, {}, {.data = clouds}},
      {"inputs x 1e-4", Moved(clouds, 1e-4f, 0), usual_net, usual, inputs, 0, {}, {.data = clouds}},
      {"one column x 1000",
       FirstColumn(clouds, [](float old, float) { return 1000 * old; }),
       usual_net,
       usual,
       inputs,
       0,
       {},
       {.data = clouds}},
      {"one class is rare", Unbalanced(easy, true), usual_net, usual, {"class-imbalance"}, 0, {}, {.balanced = true}},
      {"one class only, nearly",
       Unbalanced(easy, false),
       usual_net,
       usual,
       {"class-imbalance"},
       0,
       {},
       {.balanced = true}},
      {"column with the label",
       FirstColumn(clouds, [](float, float target) { return (target - 4.5f) / 2.9f; }),
       usual_net,
       usual,
       {"leaking-columns"},
       0,
       {},
       {},
       false},
      {"column with the value",
       FirstColumn(regression, [](float, float target) { return 2 * target + 0.1f; }),
       usual_net,
       usual,
       {"leaking-columns"},
       0,
       {},
       {},
       false},
      {"shuffled labels",
       ShuffledLabels(easy),
       Deep(2, 128, "relu"),
       longer,
       {"shuffled-labels", "trivial-predictor"},
       25,
       {},
       {},
       false},
      {"200 rows by heart",
       Clouds({.rows = 1200, .spread = 2, .training = 200}),
       Deep(2, 128, "relu"),
       longer,
       {"overfitting"},
       40},
      {"200 rows by heart, regression",
       Clouds({.rows = 1200, .training = 200, .task = Task::kRegression}),
       Deep(2, 128, "relu"),
       longer,
       {"overfitting"},
       40},
      {"softmax loss behind sigmoid",
       clouds,
       "dense 64, relu, dense 10, sigmoid",
       usual,
       {"output-fit"},
       0,
       {},
       {.network = "dense 64, relu, dense"}},
      {"softmax loss behind relu",
       clouds,
       "dense 64, relu, dense 10, relu",
       usual,
       {"output-fit"},
       0,
       {},
       {.network = "dense 64, relu, dense"}},
      {"relu before a regression",
       regression,
       "dense 64, relu, dense 1, relu",
       usual,
       {"output-fit"},
       0,
       {},
       {.network = "dense 64, relu, dense"}},
      {"inputs that say nothing",
       FirstColumn(Clouds({.inputs = 1, .classes = 2}), [](float, float) { return 1.0f; }),
       usual_net,
       usual,
       {"useless-columns"},
       0,
       {},
       {},
       false},
      {"spirals, adam 0.3", spirals, usual_net, with("adam", 0.3), rate},
      {"spirals, N(0, 0.01), relu 4 x 64", spirals, Deep(4, 64, "relu"), usual, bad_start, 0, Drawn(0.01)},
      {"spirals, sigmoid 8 x 64",
       spirals,
       Deep(8, 64, "sigmoid"),
       start("xavier"),
       {"vanishing-gradient"},
       3,
       {},
       {.network = Deep(8, 64, "relu")}},
      {"spirals x 255", Moved(spirals, 255, 0), usual_net, usual, inputs, 0, {}, {.data = spirals}},
      {"digits, adam 0.1", digits, usual_net, with("adam", 0.1), rate},
      {"digits x 255", Moved(digits, 255, 0), usual_net, usual, inputs, 0, {}, {.data = digits}},
      {"digits, 4 x He, relu 6 x 64", digits, Deep(6, 64, "relu"), start("he", 4), bad_start, 0},
      {"digits, adam 1e-6", digits, usual_net, with("adam", 1e-6), {"small-updates"}},
  };
}

inline std::vector<HealthCase> HealthyCases() {
  const auto clouds = Clouds({});
  const auto easy = Clouds({.spread = 0.8, .centres = 1});
  const auto regression = Clouds({.task = Task::kRegression});
  const TrainingOptions usual{.epochs = 6, .batch = 32}, longer{.epochs = 20, .batch = 32};
  const auto with = [&](const std::string& optimizer, double rate, size_t batch = 32) {
    return TrainingOptions{.epochs = 8, .batch = batch, .optimizer = optimizer, .learning_rate = rate};
  };
  std::vector<HealthCase> cases = {
      {"relu, depth 1", clouds, Deep(1, 64, "relu"), usual},
      {"relu, depth 10", clouds, Deep(10, 64, "relu"), usual},
      {"relu, depth 20", clouds, Deep(20, 64, "relu"), usual},
      {"sigmoid, depth 1", clouds, Deep(1, 64, "sigmoid"), with("adam", 0.003)},
      {"sigmoid, depth 2", clouds, Deep(2, 64, "sigmoid"), with("adam", 0.003)},
      {"sigmoid, depth 3", easy, Deep(3, 64, "sigmoid"), with("adam", 0.003)},
      {"tanh, depth 3", clouds, Deep(3, 64, "tanh"), usual},
      {"tanh, depth 10", clouds, Deep(10, 64, "tanh"), usual},
      {"batchnorm, relu, depth 4", clouds, Deep(4, 64, "relu", "batchnorm, "), usual},
      {"residual with batchnorm, depth 50", clouds, Residual(24), TrainingOptions{.epochs = 3, .batch = 32}},
      {"layernorm, relu, depth 10", clouds, Deep(10, 64, "relu", "layernorm, "), usual},
      {"residual, 4 blocks", clouds,
       "dense 64, residual(relu, dense 64), residual(relu, dense 64), residual(relu, dense 64), "
       "residual(relu, dense 64), relu, dense",
       usual},
      {"residual with batchnorm, 8 blocks", clouds, Residual(8), usual},
      {"dropout 0.3", clouds, Deep(2, 128, "relu, dropout 0.3"), longer},
      {"sgd 0.1", clouds, Deep(2, 64, "relu"), with("sgd", 0.1)},
      {"sgd 0.01", easy, Deep(2, 64, "relu"), with("sgd", 0.01)},
      {"momentum 0.01", clouds, Deep(2, 64, "relu"), with("momentum", 0.01)},
      {"adam 0.003, batch 128", clouds, Deep(2, 64, "relu"), with("adam", 0.003, 128)},
      {"batch 8", clouds, Deep(2, 64, "relu"), with("adam", 0.001, 8)},
      {"regression", regression, Deep(2, 64, "relu"), usual},
      {"regression, tanh", regression, Deep(2, 64, "tanh"), longer},
      {"easy clouds, to the end", easy, Deep(2, 64, "relu"), longer},
      {"two easy classes", Clouds({.classes = 2, .spread = 0.5, .centres = 1}), Deep(2, 32, "relu"), longer},
      {"three to one", Clouds({.classes = 4, .spread = 0.8, .centres = 1}), Deep(2, 32, "relu"), usual},
      {"sparse words", FirstColumn(clouds, [](float old, float) { return old; }), Deep(1, 64, "relu"), usual},
      {"spirals", Read("spirals"), Deep(2, 64, "relu"), longer},
      {"spirals, 2 turns", Read("spirals turns 2"), Deep(3, 64, "relu"), longer},
      {"circles", Read("circles rings 3"), Deep(2, 32, "relu"), longer},
      {"moons", Read("moons"), Deep(2, 32, "relu"), longer},
      {"xor", Read("xor"), Deep(2, 32, "relu"), longer},
      {"digits, 2000 rows", Read("digits rows 2000"), "dense 64, relu, dense 32, relu, dense", usual},
      {"digits, convolution", Read("digits rows 500"), "conv 4 3x3, relu, maxpool 4, dense 32, relu, dense", usual},
      {"digits, convolution, batchnorm", Read("digits rows 500"),
       "conv 4 3x3, batchnorm, relu, maxpool 4, dense 32, relu, dense", usual},
  };
  // Bag of words: most inputs are 0.
  cases[24].data = [clouds](uint64_t seed) {
    TrainingData data = clouds(seed);
    for (float& value : InputsOf(data)) value = value > 1.2f ? 1.0f : 0.0f;
    return data;
  };
  return cases;
}

}  // namespace ramp

#endif  // RAMP_HEALTH_BENCH_CASES_H_
