// tasks: the same budget with each activation, on pictures, speech and text.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 2;
constexpr size_t kBatch = 64;
constexpr size_t kWindow = 16;  // characters before the one that is to be predicted
constexpr std::string_view kEmbedding = "embedding 8, ";

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 64, 128); }

std::vector<std::string> Tried(const Settings& settings) {
  return WithRivals(settings.rectifier,
                    {LeakyRectifier(), kLearnedRectifier, kExponential, kGaussian, kLogistic, kTanh, kSigmoid});
}

struct Task {
  std::string_view name;
};
constexpr Task kTasks[] = {{"pictures"}, {"speech"}, {"text"}};
constexpr const Task &kPictures = kTasks[0], &kSpeechTask = kTasks[1], &kTextTask = kTasks[2];

const Task& TaskOf(const Encoding& encoding) {
  return encoding.text() != nullptr ? kTextTask : encoding.sound() != nullptr ? kSpeechTask : kPictures;
}

std::string Accuracy(const Task& task, std::string_view activation) {
  return fmt::format("test accuracy, {}, {}", task.name, activation);
}
std::string Lead(const Task& task, std::string_view rectifier, std::string_view rival) {
  return fmt::format("test accuracy, {}: {} - {}", task.name, rectifier, rival);
}

size_t Examples(const Task& task, const Settings& settings) {
  return &task == &kTextTask ? settings.Choose<size_t>(6000, 12000, 40000) : settings.Choose<size_t>(1500, 3000, 10000);
}
size_t TestExamples(const Settings& settings) { return settings.Choose<size_t>(500, 1000, 4000); }
size_t Epochs(const Settings& settings) { return settings.Choose<size_t>(6, 10, 15); }

// The data that was asked for, where it is of the task's kind, else generated.
TrainingData DataOf(const Task& task, const Trial& trial) {
  const size_t training = Examples(task, trial.settings), test = TestExamples(trial.settings);
  if (trial.data != nullptr && &TaskOf(trial.data->examples.encoding) == &task) {
    return Subset(*trial.data, training, test, trial.seed);
  }
  if (&task == &kPictures) {
    return Pictures({.settings = trial.settings, .seed = trial.seed}, training, test);
  }
  // Of all rows about a quarter tests, and a tenth of the others validates.
  const std::string path = &task == &kSpeechTask ? fmt::format("{} rows {}", kSpeech, training * 3 / 2)
                                                 : fmt::format("{} characters {}", kText, training * 2);
  DataRequest request{.path = path, .seed = trial.seed};
  if (&task == &kTextTask) request.length = kWindow;
  return Subset(ReadTrainingData(request), training, test, trial.seed);
}

double Train(const Trial& trial, const TrainingData& data, std::string_view activation) {
  const Encoding& encoding = data.examples.encoding;
  const std::string_view front = encoding.text() != nullptr ? kEmbedding : std::string_view();
  Network network(fmt::format("{}{}", front, Stack(kDepth, Width(trial.settings), activation)), encoding.shape,
                  encoding.outputs(), encoding.vocabulary());
  return Learn(network, data,
               {.epochs = Epochs(trial.settings), .batch = kBatch, .seed = trial.seed, .stop = trial.stop})
      .test;
}

Figures RunTrial(const Trial& trial) {
  if (trial.data != nullptr) CheckClasses(*trial.data);
  Figures figures;
  const std::vector<std::string> names = Tried(trial.settings);
  for (const Task& task : kTasks) {
    const TrainingData data = DataOf(task, trial);
    double rectifier = 0;
    for (const std::string& name : names) {
      const double accuracy = Train(trial, data, name);
      figures.Set(Accuracy(task, name), accuracy);
      if (name == names[0]) {
        rectifier = accuracy;
      } else {
        figures.Set(Lead(task, names[0], name), rectifier - accuracy);
      }
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kPoint = 0.01;
  const std::string better = "a point of accuracy, or it is no matter",
                    no_worse = "a point of accuracy is the most to lose";
  std::vector<Expectation> expectations;
  for (const Task& task : kTasks) {
    for (const std::string_view rival : {kSigmoid, kTanh}) {
      if (rival == settings.rectifier) continue;
      expectations.push_back(AtLeast(Lead(task, settings.rectifier, rival), kPoint,
                                     fmt::format("on {} it is better than {}", task.name, rival), better));
    }
    for (const std::string_view rival : {LeakyRectifier(), kExponential, kGaussian, kLogistic}) {
      if (rival == settings.rectifier) continue;
      expectations.push_back(AtLeast(Lead(task, settings.rectifier, rival), -kPoint,
                                     fmt::format("on {} it is no worse than {}", task.name, rival), no_worse));
    }
  }
  return expectations;
}

// Who is best on a task, by how much against the rectifier, and whether that is more than the seeds' spread.
std::vector<Table::Cell> WinnerRow(const Task& task, const Settings& settings, const Estimates& estimates) {
  const std::vector<std::string> names = Tried(settings);
  const auto best = *std::ranges::max_element(
      names, {}, [&](const std::string& name) { return estimates.at(Accuracy(task, name)).mean; });
  std::vector<Table::Cell> row = {std::string(task.name), best, estimates.at(Accuracy(task, best))};
  if (best == settings.rectifier) {
    row.insert(row.end(), {std::string("-"), std::string("-")});
    return row;
  }
  const Estimate& lead = estimates.at(Lead(task, settings.rectifier, best));
  row.emplace_back(Estimate{.name = {}, .mean = -lead.mean, .low = -lead.high, .high = -lead.low});
  row.emplace_back(std::string(lead.high < 0 ? "yes" : "no"));
  return row;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table accuracies{.title = fmt::format("Test accuracy after {} epochs with adam at its usual rate; by chance one in "
                                        "ten, and the share of the commonest character",
                                        Epochs(settings)),
                   .columns = {"activation"},
                   .rows = {}};
  BarChart chart{.title = "The same budget with each activation",
                 .x_label = "test accuracy",
                 .rows = Tried(settings),
                 .series = {"test accuracy"},
                 .panels = {}};
  Table winners{.title = "Who wins",
                .columns = {"task", "best", "test accuracy", fmt::format("lead over {}", settings.rectifier),
                            "larger than the seeds' spread"},
                .rows = {}};
  for (const Task& task : kTasks) {
    accuracies.columns.emplace_back(task.name);
    std::vector<std::vector<std::string>> bars;
    for (const std::string& name : Tried(settings)) bars.push_back({Accuracy(task, name)});
    chart.panels.push_back(PanelOf(std::string(task.name), bars, estimates));
    winners.rows.push_back(WinnerRow(task, settings, estimates));
  }
  for (const std::string& name : Tried(settings)) {
    std::vector<std::string> figures;
    for (const Task& task : kTasks) figures.push_back(Accuracy(task, name));
    accuracies.rows.push_back(RowOf(name, figures, estimates));
  }
  return {{accuracies, winners}, {{chart}}};
}

}  // namespace

Experiment TasksExperiment() {
  return {.name = kTasksClaim,
          .claim =
              "On pictures, speech and text alike ReLU learns more than sigmoid and tanh from the same budget, and "
              "no less than what came after it.",
          .question =
              "How accurate is the same network after the same number of steps with each activation: on drawn digits, "
              "on vowels of voices that it has not heard, and on the next character of sentences? Is the difference "
              "larger than the spread of the seeds?",
          .practice =
              "Begin with ReLU, and change it last: data, rate and size matter more. The differences between its "
              "relatives are mostly within what another seed gives.",
          .trials = {4, 8, 16},
          .trial_seconds = {2, 7, 45},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
