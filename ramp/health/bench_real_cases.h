// For tests: sick and healthy trainings on real data, which lies beside the sources: Fashion-MNIST, adult. Where it is
// missing, there are none.
#ifndef RAMP_HEALTH_BENCH_REAL_CASES_H_
#define RAMP_HEALTH_BENCH_REAL_CASES_H_

#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ramp/health/bench_cases.h"

namespace ramp {

// "" where it is missing.
inline std::string RealDataPath(const std::string& name) {
  const std::string path = std::string(RAMP_SOURCE_DIR) + "/../shared/data/" + name;
  return std::filesystem::exists(path) ? path : "";
}

struct Portion {
  size_t training = 1500, validation = 500, tested = 2000;  // rows
};

// So many rows of the data, drawn anew for each seed.
inline TrainingData Draw(const Dataset& all, const Portion& portion, uint64_t seed) {
  std::vector<uint32_t> order(all.rows);
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed, 82);
  random.Shuffle(std::span<uint32_t>(order));
  order.resize(portion.training + portion.validation + portion.tested);
  TrainingData data;
  Dataset& examples = data.examples;
  examples.encoding = all.encoding;
  examples.rows = order.size();
  std::vector<float> inputs(order.size() * all.encoding.shape.count());
  all.Gather(order, inputs.data());
  examples.inputs = std::move(inputs);
  for (uint32_t row = 0; row < order.size(); ++row) {
    examples.labels.push_back(all.labels[order[row]]);
    (row < portion.training                        ? data.training
     : row < portion.training + portion.validation ? data.validation
                                                   : data.test)
        .push_back(row);
  }
  return data;
}

// Half as wide and high, each pixel the mean of four.
inline void Halve(Dataset& pictures) {
  const Shape shape = pictures.encoding.shape;
  const size_t height = shape[0], width = shape[1];
  const std::vector<float>& old = std::get<std::vector<float>>(pictures.inputs);
  std::vector<float> halved;
  for (size_t row = 0; row < pictures.rows; ++row) {
    const float* picture = &old[row * height * width];
    for (size_t y = 0; y < height; y += 2) {
      for (size_t x = 0; x < width; x += 2) {
        const float* corner = picture + y * width + x;
        halved.push_back((corner[0] + corner[1] + corner[width] + corner[width + 1]) / 4);
      }
    }
  }
  pictures.inputs = std::move(halved);
  pictures.encoding.shape = {height / 2, width / 2, 1};
}

enum class Scale { kStandardised, kBytes };

// Clothes of Fashion-MNIST (Xiao et al., 2017), [14, 14, 1].
inline std::function<TrainingData(uint64_t)> Clothes(const Portion& portion = {}, Scale scale = Scale::kStandardised) {
  return [=](uint64_t seed) {
    static const TrainingData all = ReadTrainingData({.path = RealDataPath("fashion-mnist")});
    TrainingData data = Draw(all.examples, portion, seed);
    data.name = "fashion-mnist";
    if (scale == Scale::kBytes) {
      const auto& [mean, deviation] = *all.examples.encoding.scale();
      for (float& value : InputsOf(data)) value = value * deviation[0] + mean[0];
    }
    Halve(data.examples);
    return data;
  };
}

// People of the census of 1994 (Becker and Kohavi, UCI Adult): numbers and categories.
inline std::function<TrainingData(uint64_t)> People(Scale scale = Scale::kStandardised) {
  return [=](uint64_t seed) {
    static const TrainingData all = ReadTrainingData({.path = RealDataPath("adult/adult-train.csv")});
    TrainingData data = Draw(all.examples, {}, seed);
    data.name = "adult";
    if (scale == Scale::kStandardised) return data;
    size_t column = 0;
    for (const TableColumn& one : data.examples.encoding.columns()) {
      const size_t count = data.examples.encoding.shape.count();
      for (size_t row = 0; one.numeric && row < data.examples.rows; ++row) {
        float& value = InputsOf(data)[row * count + column];
        value = static_cast<float>(static_cast<double>(value) * one.deviation + one.mean);
      }
      column += one.width();
    }
    return data;
  };
}

// "conv 8 3x3, relu, maxpool 2, ... , dense"
inline std::string DeepConvolution(size_t depth, size_t channels, const std::string& activation,
                                   const std::string& extra = "") {
  const std::string layer = "conv " + std::to_string(channels) + " 3x3, " + extra + activation + ", ";
  std::string text = layer + "maxpool 2, ";
  for (size_t i = 1; i < depth; ++i) text += layer;
  return text + "maxpool 2, dense";
}

inline std::string ResidualConvolution(size_t blocks, const std::string& norm) {
  const std::string layer = norm + "relu, conv 8 3x3";
  std::string text = "conv 8 3x3, maxpool 2, ";
  for (size_t i = 0; i < blocks; ++i) text += "residual(" + layer + ", " + layer + "), ";
  return text + norm + "relu, global_average, dense";
}

// Of the clothes, and of small pictures of digits that the program draws itself.
inline std::vector<HealthCase> SickPictureCases() {
  const auto clothes = Clothes(), bytes = Clothes({}, Scale::kBytes);
  const auto few = Clothes({.training = 150});
  const TrainingOptions usual{.epochs = 6, .batch = 32}, longer{.epochs = 40, .batch = 32, .schedule = "constant"};
  const TrainingOptions many_steps{.epochs = 40, .batch = 8, .schedule = "constant"};
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
  const std::string dense = "dense 64, relu, dense 32, relu, dense";
  const std::string small = "conv 8 3x3, relu, conv 8 3x3, relu, maxpool 2, dense 32, relu, dense";
  const std::string deep = DeepConvolution(8, 8, "relu");
  return {
      {"clothes x 255", bytes, dense, usual, inputs, 0, {}, {.data = clothes}},
      {"clothes x 255, convolution", bytes, small, usual, inputs, 0, {}, {.data = clothes}},
      {"clothes x 255, 8 convolutions", bytes, deep, usual, inputs, 0, {}, {.data = clothes}},
      {"clothes + 10, convolution", Moved(clothes, 1, 10), small, usual, inputs, 0, {}, {.data = clothes}},
      {"N(0, 0.01), 8 convolutions", clothes, deep, usual, bad_start, 0, Drawn(0.01)},
      {"N(0, 1), convolution", clothes, small, usual, bad_start, 0, Drawn(1)},
      {"3 x He, 8 convolutions", clothes, deep, start("he", 3), bad_start, 0},
      {"constant start, convolution", clothes, small, usual, bad_start, 0, Drawn(0)},
      {"N(0, 2), tanh convolution", clothes, DeepConvolution(3, 8, "tanh"), usual, bad_start, 0, Drawn(2)},
      {"4 x He, residual convolutions", clothes, ResidualConvolution(4, ""), start("he", 4), bad_start, 0},
      {"sigmoid, 6 convolutions",
       clothes,
       DeepConvolution(6, 8, "sigmoid"),
       start("xavier"),
       {"vanishing-gradient"},
       3,
       {},
       {.network = DeepConvolution(6, 8, "relu")}},
      {"sigmoid, 12 convolutions",
       clothes,
       DeepConvolution(12, 8, "sigmoid"),
       start("xavier"),
       {"vanishing-gradient"},
       3,
       {},
       {.network = DeepConvolution(12, 8, "relu")}},
      {"adam 0.1, convolution", clothes, small, with("adam", 0.1), rate},
      {"adam 0.03, 8 convolutions", clothes, deep, with("adam", 0.03), rate},
      {"adam 0.1, residual convolutions", clothes, ResidualConvolution(4, ""), with("adam", 0.1), rate},
      {"momentum at 0.5, convolution", clothes, small, with("momentum", 0.5), rate},
      {"adam 1e-6, convolution", clothes, small, with("adam", 1e-6), {"small-updates"}},
      {"sgd 1e-5, residual convolutions", clothes, ResidualConvolution(4, ""), with("sgd", 1e-5), {"small-updates"}},
      {"one class is rare, clothes",
       Unbalanced(clothes, true),
       small,
       usual,
       {"class-imbalance"},
       0,
       {},
       {.balanced = true}},
      {"softmax loss behind sigmoid, convolution",
       clothes,
       "conv 8 3x3, relu, maxpool 2, dense 10, sigmoid",
       usual,
       {"output-fit"},
       0,
       {},
       {.network = "conv 8 3x3, relu, maxpool 2, dense"}},
      {"shuffled labels, clothes",
       ShuffledLabels(Clothes({.training = 400})),
       "dense 128, relu, dense 64, relu, dense",
       longer,
       {"shuffled-labels", "trivial-predictor"},
       25,
       {},
       {},
       false},
      {"150 clothes by heart", few, small, many_steps, {"overfitting"}, 40},
  };
}

inline std::vector<HealthCase> SickTableCases() {
  const auto people = People(), raw = People(Scale::kBytes);
  const TrainingOptions usual{.epochs = 6, .batch = 32};
  const auto with = [&](const std::string& optimizer, double rate) {
    TrainingOptions options = usual;
    options.optimizer = optimizer;
    options.schedule = "constant";
    options.learning_rate = rate;
    return options;
  };
  const std::vector<std::string> rate = {"large-updates", "oscillating-loss"};
  const std::string usual_net = Deep(2, 64, "relu");
  return {
      {"adult as it is in the file", raw, usual_net, usual, {"input-scale"}, 0, {}, {.data = people}},
      {"adult, sigmoid 10 x 64",
       people,
       Deep(10, 64, "sigmoid"),
       TrainingOptions{.epochs = 6, .batch = 32, .initialization = "xavier"},
       {"vanishing-gradient"},
       3,
       {},
       {.network = Deep(10, 64, "relu")}},
      {"adult, adam 0.3", people, usual_net, with("adam", 0.3), rate},
      {"adult, adam 1e-6", people, usual_net, with("adam", 1e-6), {"small-updates"}},
      {"adult, N(0, 2), tanh 3 x 64", people, Deep(3, 64, "tanh"), usual, {"bad-start"}, 0, Drawn(2)},
      {"adult, one class is rare",
       Unbalanced(people, false),
       usual_net,
       usual,
       {"class-imbalance"},
       0,
       {},
       {.balanced = true}},
      {"adult, column with the label",
       FirstColumn(people, [](float, float target) { return 2 * target - 0.5f; }),
       usual_net,
       usual,
       {"leaking-columns"},
       0,
       {},
       {},
       false},
  };
}

inline std::vector<HealthCase> HealthyPictureCases() {
  const auto clothes = Clothes();
  const TrainingOptions usual{.epochs = 6, .batch = 32};
  const std::string small = "conv 8 3x3, relu, conv 8 3x3, relu, maxpool 2, dense 32, relu, dense";
  return {
      {"clothes, dense", clothes, "dense 64, relu, dense 32, relu, dense", usual},
      {"clothes, convolution", clothes, small, usual},
      {"clothes, convolution, sgd 0.05", clothes, small,
       TrainingOptions{.epochs = 8, .batch = 32, .optimizer = "sgd", .learning_rate = 0.05}},
      {"clothes, convolution, tanh", clothes, DeepConvolution(3, 8, "tanh"), usual},
      {"clothes, convolution, leaky_relu", clothes, DeepConvolution(3, 8, "leaky_relu"), usual},
      {"clothes, 8 convolutions", clothes, DeepConvolution(8, 8, "relu"), usual},
      {"clothes, 8 convolutions, batchnorm", clothes, DeepConvolution(8, 8, "relu", "batchnorm, "), usual},
      {"clothes, 16 convolutions, batchnorm", clothes, DeepConvolution(16, 8, "relu", "batchnorm, "), usual},
      {"clothes, residual convolutions", clothes, ResidualConvolution(4, ""), usual},
      {"clothes, residual convolutions, batchnorm", clothes, ResidualConvolution(4, "batchnorm, "), usual},
      {"clothes, dropout", clothes, "conv 8 3x3, relu, maxpool 2, dense 64, relu, dropout 0.3, dense", usual},
      {"clothes, to the end", clothes, small, TrainingOptions{.epochs = 12, .batch = 32}},
  };
}

inline std::vector<HealthCase> HealthyTableCases() {
  const auto people = People();
  const TrainingOptions usual{.epochs = 6, .batch = 32};
  return {
      {"adult", people, Deep(2, 64, "relu"), usual},
      {"adult, depth 6", people, Deep(6, 32, "relu"), usual},
      {"adult, tanh", people, Deep(2, 32, "tanh"), usual},
      {"adult, momentum 0.01", people, Deep(2, 32, "relu"),
       TrainingOptions{.epochs = 6, .batch = 32, .optimizer = "momentum", .learning_rate = 0.01}},
      {"adult, batchnorm", people, Deep(3, 64, "relu", "batchnorm, "), usual},
  };
}

}  // namespace ramp

#endif  // RAMP_HEALTH_BENCH_REAL_CASES_H_
