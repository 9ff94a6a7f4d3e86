#include "ramp/lab/trainings.h"

#include <variant>

#include "ramp/base/random.h"

namespace ramp::lab {
namespace {

constexpr uint64_t kLabelStream = 0x6c6162656c73;  // "labels"

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 64, 128); }
size_t Examples(const Settings& settings) { return settings.Choose<size_t>(2000, 4000, 10000); }
size_t FewExamples(const Settings& settings) { return settings.Choose<size_t>(200, 300, 500); }
size_t Epochs(const Settings& settings) { return settings.Choose<size_t>(8, 12, 20); }

}  // namespace

double ChanceOf(const TrainingData& data) { return 1 / static_cast<double>(data.examples.encoding.outputs()); }

Learned Learn(Network& network, const TrainingData& data, const TrainingOptions& options) {
  Trainer trainer(network, data, options);
  trainer.Run();
  if (trainer.diverged()) {
    return {.training = ChanceOf(data), .test = ChanceOf(data), .diverged = true};
  }
  return {.training = trainer.Evaluate(data.examples, data.training).score, .test = trainer.Test().score};
}

TrainingData WithFloats(TrainingData data) {
  Dataset& examples = data.examples;
  std::vector<float> values(examples.rows * examples.encoding.shape.count());
  examples.Gather(AllRows(examples), values.data());
  examples.inputs = std::move(values);
  examples.row_step = 0;
  return data;
}

void ChangeInputs(TrainingData& data, std::span<const uint32_t> rows, double factor, double shift) {
  std::vector<float>& values = std::get<std::vector<float>>(data.examples.inputs);
  const size_t count = data.examples.encoding.shape.count();
  for (const uint32_t row : rows) {
    for (float& value : std::span(values).subspan(row * count, count)) {
      value = static_cast<float>(factor * static_cast<double>(value) + shift);
    }
  }
}

void SpoilLabels(TrainingData& data, double share, uint64_t seed) {
  Random random(seed, kLabelStream);
  const auto classes = static_cast<uint64_t>(data.examples.encoding.outputs());
  for (const uint32_t row : data.training) {
    if (random.Uniform() >= share || classes < 2) continue;
    int32_t& label = data.examples.labels[row];
    label = static_cast<int32_t>((static_cast<uint64_t>(label) + 1 + random.Below(classes - 1)) % classes);
  }
}

TrainingData PicturesToSuffer(const Trial& trial) {
  return WithFloats(Pictures(trial, Examples(trial.settings), trial.settings.Choose<size_t>(500, 1000, 4000)));
}

Learned Suffer(const Trial& trial, const TrainingData& pictures, const Ailment& ailment, std::string_view behind,
               std::string_view after) {
  const Settings& settings = trial.settings;
  const size_t rows = ailment.few ? FewExamples(settings) : Examples(settings);
  TrainingData data = Subset(pictures, rows, pictures.test.size(), trial.seed);
  SpoilLabels(data, ailment.wrong_labels, trial.seed);
  if (ailment.shift != 0) ChangeInputs(data, AllRows(data.examples), 1, ailment.shift);
  TrainingOptions options{.epochs = Epochs(settings) * Examples(settings) / rows,
                          .batch = ailment.batch,
                          .initial_gain = ailment.gain,
                          .learning_rate = ailment.rate,
                          .clip_norm = 0,
                          .seed = trial.seed,
                          .stop = trial.stop};
  if (ailment.plain) options.optimizer = kPlainDescent;
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(ailment.depth, Width(settings), settings.rectifier, behind, after), encoding.shape,
                  encoding.outputs());
  return Learn(network, data, options);
}

}  // namespace ramp::lab
