// ramp train of one network.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/cli/output.h"
#include "ramp/cli/plan_report.h"
#include "ramp/cli/progress.h"
#include "ramp/cli/recording.h"
#include "ramp/cli/resume.h"
#include "ramp/cli/shell_word.h"
#include "ramp/cli/train_command.h"
#include "ramp/health/clinic.h"
#include "ramp/onnx/model_file.h"
#include "ramp/runs/tensorboard.h"

namespace ramp {
namespace {

// That of a model file, with its weights, for data of this kind.
Network NetworkFrom(const TrainCommand& command, const Encoding& encoding) {
  if (!command.network.empty() || !command.activation.empty() || command.dropout > 0) {
    throw UsageError("--from takes the network of the model: leave --network, --activation and --dropout out");
  }
  ModelFile model = ReadModel(command.from);
  if (encoding.task == Task::kClassification && model.network.nodes().back().layer->InLoss()) {
    if (!command.quiet) {
      PrintNote(fmt::format("note: the last layer '{}' is left out: the loss contains it",
                            model.network.nodes().back().layer->Text()));
    }
    model.network = WithoutSoftmax(std::move(model.network));
  }
  const Network& network = model.network;
  if (network.input_shape() != encoding.shape) {
    throw Error(fmt::format("{}: takes inputs of {}, but the data has {}: bring it to that shape", command.from,
                            network.input_shape().text(), encoding.shape.text()));
  }
  if (network.output_shape().count() != encoding.outputs()) {
    throw Error(
        fmt::format("{}: ends in {} units, but the data needs {}: only data with as many classes goes on with it",
                    command.from, network.output_shape().count(), encoding.outputs()));
  }
  return std::move(model.network);
}

bool HasEmbedding(const Network& network) {
  return std::ranges::any_of(network.nodes(),
                             [](const Node& node) { return node.layer->Text().starts_with("embedding "); });
}

// An embedding looks up what its inputs count, so measurements would only give NaNs.
void CheckTokens(const Network& network, const TrainingData& data) {
  if (data.examples.encoding.vocabulary() > 0 || data.training.empty() || !HasEmbedding(network)) return;
  std::vector<float> inputs(data.examples.encoding.shape.count());
  data.examples.Gather(std::span(data.training).first(1), inputs.data());
  const auto measured =
      std::ranges::find_if(inputs, [](float value) { return !(value >= 0) || value != std::floor(value); });
  if (measured == inputs.end()) return;
  throw UsageError(fmt::format(
      "'embedding' takes the numbers of tokens, whole ones from 0 on, and an input of {} is {:.4g}: leave it "
      "out; it is for text, or for arrays of such numbers",
      data.name, *measured));
}

Network NetworkFor(const TrainCommand& command, const Encoding& encoding) {
  if (!command.from.empty()) return NetworkFrom(command, encoding);
  const bool tokens = encoding.vocabulary() > 0;
  Network network(NetworkText(command, tokens), encoding.shape, encoding.outputs(), encoding.vocabulary());
  if (tokens && !command.quiet && !HasEmbedding(network)) {
    PrintNote(
        "note: the network reads the numbers of the tokens, whose order says nothing: begin it with 'embedding 16'");
  }
  return network;
}

// `checkpoints` is the folder that the training can go on from; empty: there is none.
void PrintOutcome(const TrainCommand& command, const TrainingResult& result, const std::string& checkpoints) {
  if (result.outcome == Outcome::kDiverged) {
    const Divergence& divergence = *result.divergence;
    PrintNote(fmt::format(
        "ramp: the training diverged in epoch {}, step {}: {} is no longer finite. It was stopped before the weights "
        "were changed.\n  try: a smaller learning rate (--lr), or --clip-norm 5",
        divergence.epoch, divergence.step, divergence.place));
  } else if (command.quiet) {
    return;
  } else if (result.outcome == Outcome::kStoppedEarly) {
    PrintNote(fmt::format("stopped early: validation was best in epoch {}, whose weights are kept", result.best_epoch));
  } else if (result.outcome == Outcome::kInterrupted) {
    PrintNote("interrupted: what was learned so far is kept");
    if (!checkpoints.empty()) {
      PrintNote(fmt::format("go on with: {} train --resume {}", command.program, ShellWord(checkpoints)));
    }
  }
}

// The training, with checkpoints where they are asked for, and from one on where there is one.
TrainingResult RunTraining(const TrainCommand& command, const CLI::App& app, const TrainingOptions& options,
                           const TrainingData& data, const Checkpoint* resumed, Clinic& clinic) {
  if (CheckpointsOf(command).empty()) return clinic.Run();
  Trainer& trainer = clinic.trainer();
  const TrainingSettings settings = SettingsOf(options, trainer.network(), data);
  if (resumed != nullptr) {
    resumed->CheckSettings(settings);
    trainer.Restore(resumed->State(trainer.network()));
  }
  CheckpointFolder checkpoints(CheckpointsOf(command), settings, OptionsGiven(app, Threads()), resumed);
  return RunWithCheckpoints(trainer, checkpoints, command.checkpoint_every, PrintNote);
}

Treating TreatingOf(const TrainCommand& command) {
  const Treating treating =
      std::ranges::find(TreatingModes(), std::string_view(command.treat), &TreatingMode::name)->treating;
  if (treating == Treating::kAuto && !CheckpointsOf(command).empty()) {
    throw UsageError(
        "--treat auto changes a training on its way, which a checkpoint does not hold: leave --checkpoint and --resume "
        "out, or take --treat advise");
  }
  return treating;
}

void PrintPlan(const TrainCommand& command, Network& network, const TrainingOptions& options,
               const TrainingData& data) {
  const OptimizerDefinition& optimizer = FindOptimizer(options.optimizer);
  const size_t taken = ResidentBytes();
  const Plan plan(network, std::min(options.batch, data.training.size()), PlanMode::kTrain);
  const PlannedMemory memory =
      MemoryOf(network, plan, (optimizer.uses_first ? 1 : 0) + (optimizer.uses_second ? 1 : 0), taken);
  PrintResult(command.json ? PlanJson(plan, memory) : PlanText(plan, memory));
}

// Everything that watches a training, and what it watches.
struct Watched {
  Watched(Network network, const TrainingData& data, const TrainingOptions& options, Treating treating)
      : clinic(std::move(network), data, options, treating) {}

  Clinic clinic;
  std::unique_ptr<TensorBoardLog> log = {};
  std::unique_ptr<TrainingRecording> recording = {};
  std::unique_ptr<ProgressDisplay> display = {};
};

void StartWatching(const TrainCommand& command, const TrainingData& data, RunStart start, size_t epochs,
                   Watched& watched) {
  Clinic& clinic = watched.clinic;
  if (!command.tensorboard.empty()) {
    watched.log = std::make_unique<TensorBoardLog>(
        command.tensorboard, [&clinic]() -> const Network& { return clinic.network(); }, data, PrintNote);
    clinic.Watch(*watched.log);
  }
  if (!command.no_record) watched.recording = StartRecording(std::move(start), clinic);
  if (watched.recording) clinic.Watch(*watched.recording);
  if (!command.quiet) {
    PrintNote(fmt::format("network: {} ({} parameters)", clinic.network().Text(), clinic.network().parameter_count()));
    watched.display = std::make_unique<ProgressDisplay>(clinic.recorder(), clinic.task(), epochs);
    clinic.Watch(*watched.display);
  }
  clinic.TellTo(
      [&watched](const Finding& finding) {
        if (watched.display) watched.display->Show(finding);
      },
      [&watched](const TreatmentRecord& record) {
        if (watched.display) watched.display->Show(record);
        if (watched.recording) watched.recording->Add(record);
      });
}

}  // namespace

std::string NetworkText(const TrainCommand& command, bool tokens) {
  if (!command.network.empty()) {
    if (!command.activation.empty()) {
      throw UsageError("--activation is for the default network: write the activation into --network instead");
    }
    if (command.dropout > 0) {
      throw UsageError(fmt::format("--dropout is for the default network: write 'dropout {}' into --network instead",
                                   command.dropout));
    }
    return command.network;
  }
  const std::string activation = command.activation.empty() ? std::string(Activations()[0].name) : command.activation;
  const std::string dropout = command.dropout > 0 ? fmt::format(", dropout {}", command.dropout) : "";
  return fmt::format("{2}dense 128, {0}{1}, dense 64, {0}{1}, dense", activation, dropout,
                     tokens ? "embedding 16, " : "");
}

std::string CheckpointsOf(const TrainCommand& command) {
  return command.checkpoint.empty() ? command.resume : command.checkpoint;
}

void CheckTreating(const TrainCommand& command) { TreatingOf(command); }

std::optional<Trained> TrainOneNetwork(const TrainCommand& command, const CLI::App& app, const TrainingData& data,
                                       const Checkpoint* resumed, const InterruptWatch& watch) {
  Network network = NetworkFor(command, data.examples.encoding);
  CheckTokens(network, data);
  TrainingOptions options = command.training;
  options.keep_weights = !command.from.empty();
  if (command.plan) {
    PrintPlan(command, network, options, data);
    return std::nullopt;
  }
  options.seed = command.data.seed;
  options.stop = &watch.interrupted();
  RunStart start = DescribeRun(command.words, app, options, network, data);
  const auto watched = std::make_shared<Watched>(std::move(network), data, options, TreatingOf(command));
  Clinic& clinic = watched->clinic;
  StartWatching(command, data, std::move(start), options.epochs, *watched);
  Trained trained{.report = {.data = data.name,
                             .network = clinic.network().Text(),
                             .parameters = clinic.network().parameter_count(),
                             .result = RunTraining(command, app, options, data, resumed, clinic),
                             .seed = options.seed,
                             .threads = Threads()}};
  TrainingReport& report = trained.report;
  if (watched->display) watched->display->Clear();
  PrintOutcome(command, report.result, CheckpointsOf(command));
  report.test = clinic.trainer().Test();
  report.health = clinic.Report(report.result);
  report.trained_network = clinic.network().Text();
  // Before the first epoch has ended there is nothing worth keeping.
  if (report.result.best_epoch > 0) trained.network = std::move(clinic.network());
  if (watched->recording) {
    trained.end_record = [watched](TrainingReport& ended, const std::string& failure) {
      watched->recording->Finish(ended, failure);
      if (watched->recording->succeeds()) ended.run = watched->recording->id();
    };
  }
  return trained;
}

}  // namespace ramp
