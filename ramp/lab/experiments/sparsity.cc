// sparsity: how many outputs are exactly zero, at the start and after training.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/network/initialize.h"
#include "ramp/training/loss.h"
#include "ramp/training/optimizer.h"
#include "ramp/training/trainer.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 3;
constexpr size_t kBatch = 64;
constexpr double kRate = 1e-3;

// A way to train. The penalty is that of Glorot, Bordes and Bengio, "Deep sparse rectifier neural networks", 2011.
struct Way {
  std::string_view name;
  std::string_view behind;  // each dense layer
  double penalty = 0;       // on the mean |output| of the hidden units, beside the loss
};
constexpr Way kWays[] = {{"plain", "", 0}, {"with batch normalisation", kBatchNorm, 0}, {"with an L1 term", "", 1e-3}};
constexpr const Way &kPlain = kWays[0], &kNormalised = kWays[1], &kPenalised = kWays[2];

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 128, 256); }
size_t Epochs(const Settings& settings) { return settings.Choose<size_t>(10, 12, 20); }

std::string InLayer(const Way& way, size_t layer, bool trained) {
  return fmt::format("silent share, layer {}, {}, {}", layer, way.name, trained ? "trained" : "start");
}
std::string After(const Way& way, size_t epoch) {
  return fmt::format("silent share, {}, after {} epochs", way.name, epoch);
}
std::string Change(const Way& way) { return fmt::format("silent share trained - at the start, {}", way.name); }
std::string Accuracy(const Way& way) { return fmt::format("test accuracy, {}", way.name); }

// The hidden layers, each of which hands its values on to the outputs as well: the network's output is [logits of the
// last dense, values of the last hidden layer, ..., values of the first], so that a penalty has a gradient to begin at.
std::string WithValues(size_t depth, size_t width, std::string_view activation, std::string_view behind,
                       size_t classes) {
  std::string text = fmt::format("dense {}", classes);
  for (size_t layer = 0; layer < depth; ++layer) {
    const std::string hidden = fmt::format("dense {}, {}{}{}", width, behind, behind.empty() ? "" : ", ", activation);
    text = fmt::format("{}, concat({} | )", hidden, text);
  }
  return text;
}

// Training with the penalty; as plain as it can be, for the trainer knows no losses on hidden values.
class PenalisedTraining {
 public:
  PenalisedTraining(const TrainingData& data, const Settings& settings, const Way& way, uint64_t seed)
      : data_(data),
        way_(way),
        classes_(data.examples.encoding.outputs()),
        network_(WithValues(kDepth, Width(settings), settings.rectifier, way.behind, classes_),
                 data.examples.encoding.shape, classes_),
        plan_(network_, std::min(kBatch, data.training.size()), PlanMode::kTrain),
        loss_(data.examples, {}, plan_.batch()),
        optimizer_(FindOptimizer(TrainingOptions().optimizer), network_, 0),
        random_(seed) {
    Initialize(network_, settings.initialization, seed);
  }

  const Network& network() const { return network_; }

  void Epoch() {
    std::vector<uint32_t> order = data_.training;
    random_.Shuffle(std::span(order));
    for (size_t begin = 0; begin + plan_.batch() <= order.size(); begin += plan_.batch()) {
      Step(std::span(order).subspan(begin, plan_.batch()));
    }
  }

  // The share of right answers.
  double Test() const {
    size_t right = 0;
    Examine(network_, data_.examples, data_.test, [&](const Plan& plan, std::span<const uint32_t> rows) {
      for (size_t i = 0; i < rows.size(); ++i) {
        const auto logits = plan.output().subspan(i * network_.output_shape().count(), classes_);
        const auto answer = std::ranges::max_element(logits) - logits.begin();
        right += answer == data_.examples.labels[rows[i]] ? 1 : 0;
      }
    });
    return static_cast<double>(right) / static_cast<double>(data_.test.size());
  }

 private:
  void Step(std::span<const uint32_t> rows) {
    data_.examples.Gather(rows, plan_.input().data());
    plan_.Forward();
    const size_t width = network_.output_shape().count();
    std::vector<float> logits, gradient(rows.size() * classes_);
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto row = plan_.output().subspan(i * width, classes_);
      logits.insert(logits.end(), row.begin(), row.end());
    }
    loss_.Compute(logits, rows, gradient);
    const auto push = static_cast<float>(way_.penalty / static_cast<double>(rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t k = 0; k < width; ++k) {
        const float value = plan_.output()[i * width + k];
        const float sign = value > 0 ? 1.0f : value < 0 ? -1.0f : 0.0f;
        plan_.output_gradient()[i * width + k] = k < classes_ ? gradient[i * classes_ + k] : push * sign;
      }
    }
    plan_.Backward();
    optimizer_.Step(kRate, 1);
  }

  const TrainingData& data_;
  const Way& way_;
  size_t classes_;
  Network network_;
  Plan plan_;
  Loss loss_;
  Optimizer optimizer_;
  Random random_;
};

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  const TrainingData data =
      Pictures(trial, settings.Choose<size_t>(3000, 8000, 20000), settings.Choose<size_t>(500, 1000, 4000));
  Figures figures;
  for (const Way& way : kWays) {
    PenalisedTraining training(data, settings, way, trial.seed);
    const std::vector<double> start = ZeroShares(training.network(), data.examples, data.test);
    std::vector<double> now = start;
    figures.Set(After(way, 0), Mean(start));
    for (size_t epoch = 1; epoch <= Epochs(settings) && !trial.stopped(); ++epoch) {
      training.Epoch();
      now = ZeroShares(training.network(), data.examples, data.test);
      figures.Set(After(way, epoch), Mean(now));
    }
    for (size_t layer = 0; layer < kDepth; ++layer) {
      figures.Set(InLayer(way, layer + 1, false), start[layer]);
      figures.Set(InLayer(way, layer + 1, true), now[layer]);
    }
    figures.Set(Change(way), Mean(now) - Mean(start));
    figures.Set(Accuracy(way), training.Test());
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& /*settings*/) {
  constexpr double kMore = 0.05;
  const std::string half = "Glorot, Bordes and Bengio, 2011: symmetric weights open half";
  const std::string more = "a twentieth of the units, or it is not worth a word";
  return {
      Essential(Within(After(kPlain, 0), 0.45, 0.55, "half are silent at the start", half)),
      Within(After(kNormalised, 0), 0.45, 0.55, "half are silent at the start with batch normalisation", half),
      AtLeast(Change(kPlain), kMore, "more are silent after plain training", more),
      AtLeast(Change(kNormalised), kMore, "more are silent after training with batch normalisation", more),
      AtLeast(Change(kPenalised), kMore, "more are silent after training with an L1 term", more),
  };
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title = "Share of the hidden units' outputs that are exactly 0, on pictures that were not trained on",
              .columns = {"layer", "start", "trained"},
              .rows = {}};
  Table accuracies{.title = "Accuracy on the same pictures", .columns = {"training", "accuracy"}, .rows = {}};
  Plot plot{.title = "Silent units over training",
            .x_label = "epochs",
            .y_label = "share of outputs that are 0",
            .curves = {}};
  for (const Way& way : kWays) {
    for (size_t layer = 1; layer <= kDepth; ++layer) {
      const std::string figures[] = {InLayer(way, layer, false), InLayer(way, layer, true)};
      table.rows.push_back(RowOf(fmt::format("{}, {}", layer, way.name), figures, estimates));
    }
    accuracies.rows.push_back(RowOf(std::string(way.name), std::vector<std::string>{Accuracy(way)}, estimates));
    Curve& curve = plot.curves.emplace_back(Curve{.label = std::string(way.name), .x = {}, .y = {}});
    for (size_t epoch = 0; epoch <= Epochs(settings); ++epoch) {
      AddPoint(curve, static_cast<double>(epoch), estimates.at(After(way, epoch)));
    }
  }
  return {{table, accuracies}, {{plot}}};
}

}  // namespace

Experiment SparsityExperiment() {
  return {.name = kSparsityClaim,
          .claim = "With ReLU about half of the units are silent at the start, and more after training.",
          .question =
              "Which share of the hidden outputs is exactly 0 on new pictures: by layer, over training, with and "
              "without batch normalisation and a penalty on the outputs (L1)?",
          .practice =
              "Half of the work of the next layer is multiplying zeros, which inference can leave out. Training "
              "by itself need not add to them: who wants more zeros has to ask for them with a penalty.",
          .trials = {8, 10, 20},
          .trial_seconds = {1.5, 10, 90},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
