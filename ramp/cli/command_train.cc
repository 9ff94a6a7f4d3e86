// ramp train: from data to a model file, with the health report.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/data_options.h"
#include "ramp/cli/ensemble_report.h"
#include "ramp/cli/interrupt.h"
#include "ramp/cli/output.h"
#include "ramp/cli/plan_report.h"
#include "ramp/cli/progress.h"
#include "ramp/cli/recording.h"
#include "ramp/cli/resume.h"
#include "ramp/cli/saved_model.h"
#include "ramp/cli/shell_word.h"
#include "ramp/cli/status.h"
#include "ramp/cli/training_report.h"
#include "ramp/health/clinic.h"
#include "ramp/network/initialize.h"
#include "ramp/onnx/model_file.h"
#include "ramp/runs/tensorboard.h"
#include "ramp/training/checkpoint.h"
#include "ramp/training/ensemble.h"
#include "ramp/training/out_of_fold.h"
#include "ramp/training/recipes.h"
#include "ramp/training/schedule.h"

namespace ramp {
namespace {

struct TrainCommand {
  std::string program;             // as it was called
  std::vector<std::string> words;  // of the command line
  DataRequest data;
  TrainingOptions training = {.patience = 5};
  std::string network;
  std::string from;  // a model file to go on with
  std::string activation;
  double dropout = 0;
  std::string effort;  // a row of Efforts(); empty: one network, unless there are members
  size_t members = 0;  // of an ensemble; 0: as many as the effort has
  int threads = 0;
  std::string out;
  std::string checkpoint;  // a folder
  double checkpoint_every = 60;
  std::string resume;  // a folder
  bool json = false;
  bool quiet = false;
  bool plan = false;  // show it, and train nothing
  bool no_record = false;
  std::string tensorboard;       // a folder; empty: no log
  std::string treat = "advise";  // a row of TreatingModes()
  std::string fail_on;           // the severity from which a finding fails the command; empty: none does
};

// Tokens are numbers without an order, and so need an embedding first.
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

std::string DefaultModelPath(const DataRequest& request, const TrainingData& data) {
  if (request.path.empty()) return data.name + ".onnx";
  std::filesystem::path path(data.name);
  if (path.extension() == ".gz") path.replace_extension();
  return path.replace_extension(".onnx").filename().string();
}

std::string DescribeData(const TrainingData& data) {
  const size_t test = data.test_set ? data.test_set->rows : data.test.size();
  const Encoding& encoding = data.examples.encoding;
  const std::string task = encoding.task == Task::kClassification ? fmt::format("{} classes", encoding.labels.size())
                                                                  : std::string("a number");
  return fmt::format("{}: {} rows to train on, {} to validate, {} to test; inputs of {}, {} to predict", data.name,
                     data.training.size(), data.validation.size(), test, encoding.shape.text(), task);
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

// What a person may want next, as it can be typed.
void PrintNext(const TrainCommand& command, const TrainingReport& report) {
  const std::string data = command.data.path.empty() ? "table.csv" : ShellWord(command.data.path);
  std::string how;
  if (!command.data.target.empty()) how += " --target " + ShellWord(command.data.target);
  if (!command.data.hold_out.empty()) how += " --hold-out " + ShellWord(command.data.hold_out);
  if (command.data.next_character) how += " --task next-character";
  const std::array<std::array<std::string, 2>, 3> built_in = {{
      {"plot digits", "see what it was trained on"},
      {"train table.csv --target COLUMN", "train on a table of your own"},
      {"activations", "see what other activations there are"},
  }};
  const std::array<std::array<std::string, 2>, 3> own = {{
      {fmt::format("predict {} {}", ShellWord(report.model), data), "its answers for each row"},
      {fmt::format("train {}{} --activation {}", data, how, Activations()[1].name), "another activation"},
      {"activations", "see which there are"},
  }};
  std::string text = fmt::format("\nmodel: {}\n", report.model);
  if (!report.run.empty()) {
    text += fmt::format("run:   {0} ({1} runs show {0})\n", ShortId(report.run), command.program);
  }
  text += "next:\n";
  const auto& commands = command.data.path.empty() ? built_in : own;
  size_t width = 0;
  for (const auto& [arguments, purpose] : commands) width = std::max(width, arguments.size());
  for (const auto& [arguments, purpose] : commands) {
    text += fmt::format("  {} {:<{}}   {}\n", command.program, arguments, width, purpose);
  }
  PrintResult(text);
}

constexpr std::array<Severity, 2> kFailing = {Severity::kWarning, Severity::kError};

// Whether a finding that was not healed is as severe as --fail-on says.
bool Fails(const TrainCommand& command, const HealthReport& health) {
  const auto limit = std::find_if(kFailing.begin(), kFailing.end(),
                                  [&](Severity severity) { return Name(severity) == command.fail_on; });
  return limit != kFailing.end() &&
         std::any_of(health.findings.begin(), health.findings.end(),
                     [&](const Finding& finding) { return finding.severity >= *limit && finding.treated_by.empty(); });
}

// Where checkpoints go; empty: nowhere.
std::string CheckpointsOf(const TrainCommand& command) {
  return command.checkpoint.empty() ? command.resume : command.checkpoint;
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

void CheckOut(const std::string& out, const DataRequest& request) {
  for (const std::string& read : {request.path, request.test}) CheckApart(out, read);
  CheckWritable(out);
}

constexpr const char* kUsualEffort = "normal";

bool WantsEnsemble(const TrainCommand& command) {
  return command.members > 1 || (command.members == 0 && !command.effort.empty());
}

// An ensemble takes no option that belongs to the training of one network.
void CheckEnsembleOptions(const CLI::App& app) {
  for (const char* option : {"--from", "--activation", "--dropout", "--checkpoint", "--resume", "--plan", "--treat",
                             "--fail-on", "--tensorboard"}) {
    if (app.get_option(option)->count() == 0) continue;
    throw UsageError(fmt::format("{} is for the training of one network: leave it out, or take --members 1", option));
  }
}

EnsembleOptions EnsembleOptionsOf(const TrainCommand& command, const CLI::App& app, const TrainingData& data) {
  const Encoding& encoding = data.examples.encoding;
  if (encoding.columns.empty() && command.network.empty()) {
    throw UsageError(
        "the members of an ensemble have recipes for tables; for other data say what they are by --network");
  }
  const auto given = [&](const char* option) { return app.get_option(option)->count() > 0; };
  const GivenSettings settings{.network = command.network,
                               .options = command.training,
                               .epochs = given("--epochs"),
                               .batch = given("--batch"),
                               .learning_rate = given("--lr"),
                               .weight_decay = given("--weight-decay"),
                               .schedule = given("--schedule"),
                               .optimizer = given("--optimizer")};
  const Effort& effort = FindEffort(command.effort.empty() ? kUsualEffort : command.effort);
  return {.recipes = TableRecipes(encoding, data.training.size() + data.validation.size(), effort, settings),
          .members = command.members > 0 ? command.members : effort.members,
          .seed = command.data.seed};
}

// Trains several networks that answer together.
void RunEnsemble(const TrainCommand& command, const CLI::App& app, const TrainingData& data, const std::string& out,
                 const InterruptWatch& watch) {
  EnsembleOptions options = EnsembleOptionsOf(command, app, data);
  options.stop = &watch.interrupted();
  if (!command.quiet) {
    for (const EnsembleRecipe& recipe : options.recipes) {
      PrintNote(fmt::format("recipe {}: {} x \"{}\"\n  {} epochs, batch {}, {}, lr {:g}, schedule \"{}\"", recipe.name,
                            options.members, recipe.network, recipe.options.epochs, recipe.options.batch,
                            recipe.options.optimizer, recipe.options.learning_rate, recipe.options.schedule));
    }
  }
  EnsembleDisplay display{std::string(ScoreNameOf(data.examples))};
  EnsembleReport report{.data = data.name,
                        .task = data.examples.encoding.task,
                        .result = TrainEnsemble(data, options,
                                                [&](const EnsembleEpoch& epoch) {
                                                  if (!command.quiet) display.Show(epoch);
                                                }),
                        .seed = options.seed,
                        .threads = Threads()};
  display.Finish();
  if (!report.result.network) {
    PrintNote("ramp: all members diverged, and no model was written\n  try: a smaller learning rate (--lr)");
    throw ExitStatus{1};
  }
  const SavedModel saved = SaveModel(out, *report.result.network, data.examples.encoding);
  report.model = saved.path;
  report.test = TestOf(*report.result.network, data);
  PrintResult(command.json ? ToJson(report) : ToText(report));
  if (!command.json && saved.failure.empty()) PrintResult(fmt::format("\nmodel: {}\n", report.model));
  if (!saved.failure.empty()) throw Error(saved.failure);
  if (report.result.outcome == Outcome::kInterrupted) throw ExitStatus{kInterruptedStatus};
}

void RunTrain(TrainCommand& command, CLI::App& app) {
  if (WantsEnsemble(command)) CheckEnsembleOptions(app);
  std::optional<Checkpoint> resumed;
  if (!command.resume.empty()) {
    resumed = CheckpointFolder::ReadNewest(command.resume, PrintNote);
    TakeOptions(app, resumed->notes(), resumed->path());
    if (!command.quiet) PrintNote(fmt::format("going on from {}", resumed->path()));
  }
  const Treating treating = TreatingOf(command);
  SetThreads(command.threads);
  const InterruptWatch watch;
  DataRequest request = command.data;
  if (!command.quiet) request.progress = ReadingProgress();
  if (!command.out.empty()) CheckOut(command.out, request);
  const TrainingData data = ReadTrainingData(request);
  if (!command.quiet) {
    PrintNote(DescribeData(data));
    for (const std::string& note : data.examples.notes) PrintNote("note: " + note);
    if (data.test_set) {
      for (const std::string& note : data.test_set->notes) PrintNote("note: " + note);
    }
  }
  const std::string out = command.out.empty() ? DefaultModelPath(command.data, data) : command.out;
  CheckOut(out, request);

  if (WantsEnsemble(command)) return RunEnsemble(command, app, data, out, watch);

  const Encoding& encoding = data.examples.encoding;
  Network network = NetworkFor(command, encoding);
  CheckTokens(network, data);
  TrainingOptions options = command.training;
  options.keep_weights = !command.from.empty();
  if (command.plan) {
    const OptimizerDefinition& optimizer = FindOptimizer(options.optimizer);
    const size_t taken = ResidentBytes();
    const Plan plan(network, std::min(options.batch, data.training.size()), PlanMode::kTrain);
    const PlannedMemory memory =
        MemoryOf(network, plan, (optimizer.uses_first ? 1 : 0) + (optimizer.uses_second ? 1 : 0), taken);
    PrintResult(command.json ? PlanJson(plan, memory) : PlanText(plan, memory));
    return;
  }
  options.seed = command.data.seed;
  options.stop = &watch.interrupted();
  RunStart start = DescribeRun(command.words, app, options, network, data);
  Clinic clinic(std::move(network), data, options, treating);
  std::unique_ptr<TensorBoardLog> log;
  if (!command.tensorboard.empty()) {
    log = std::make_unique<TensorBoardLog>(
        command.tensorboard, [&clinic]() -> const Network& { return clinic.network(); }, data, PrintNote);
    clinic.Watch(*log);
  }
  std::unique_ptr<TrainingRecording> recording;
  if (!command.no_record) {
    recording = StartRecording(std::move(start), clinic);
    if (recording) clinic.Watch(*recording);
  }
  std::unique_ptr<ProgressDisplay> display;
  if (!command.quiet) {
    PrintNote(fmt::format("network: {} ({} parameters)", clinic.network().Text(), clinic.network().parameter_count()));
    display = std::make_unique<ProgressDisplay>(clinic.recorder(), encoding.task, options.epochs);
    clinic.Watch(*display);
  }
  clinic.TellTo(
      [&](const Finding& finding) {
        if (display) display->Show(finding);
      },
      [&](const TreatmentRecord& record) {
        if (display) display->Show(record);
        if (recording) recording->Add(record);
      });

  TrainingReport report{.data = data.name,
                        .network = clinic.network().Text(),
                        .parameters = clinic.network().parameter_count(),
                        .result = RunTraining(command, app, options, data, resumed ? &*resumed : nullptr, clinic),
                        .seed = options.seed,
                        .threads = Threads()};

  if (display) display->Clear();
  PrintOutcome(command, report.result, CheckpointsOf(command));

  // Before the first epoch has ended there is nothing worth keeping.
  SavedModel saved;
  if (report.result.best_epoch > 0) saved = SaveModel(out, clinic.network(), encoding);
  report.model = saved.path;
  report.test = clinic.trainer().Test();
  report.health = clinic.Report(report.result);
  report.trained_network = clinic.network().Text();
  if (recording) {
    recording->Finish(report, saved.failure);
    if (recording->succeeds()) report.run = recording->id();
  }
  if (command.json) {
    PrintResult(ToJson(report));
  } else {
    PrintResult(ToText(report));
    if (report.result.best_epoch == 0) {
      PrintNote("no model was written: no epoch was finished");
    } else if (!command.quiet && saved.failure.empty()) {
      PrintNext(command, report);
    }
  }
  if (!saved.failure.empty()) throw Error(saved.failure);
  if (report.result.outcome == Outcome::kDiverged) throw ExitStatus{1};
  if (report.result.outcome == Outcome::kInterrupted) throw ExitStatus{kInterruptedStatus};
  if (Fails(command, report.health)) throw ExitStatus{kUnhealthyStatus};
}

// A table of the help: each row's notation, and what it is.
template <class Row, class Notation>
std::string HelpTable(std::string_view title, std::span<const Row> table, const Notation& notation) {
  size_t width = 0;
  for (const Row& row : table) width = std::max(width, std::string(notation(row)).size());
  std::string text = fmt::format("\n{}:\n", title);
  for (const Row& row : table) {
    const std::string source = row.source.empty() ? "" : fmt::format(" ({})", row.source);
    text += fmt::format("  {:<{}}  {}{}\n", notation(row), width, row.summary, source);
    if constexpr (requires { row.formula; }) text += fmt::format("  {:<{}}  {}\n", "", width, row.formula);
  }
  return text;
}

std::string LayersHelp() {
  std::string text = "\nLayers for --network, and every activation (ramp activations):\n";
  for (const LayerDefinition& layer : Layers()) text += fmt::format("  {}\n      {}\n", layer.notation, layer.summary);
  return text;
}

std::string TrainFooter() {
  const auto name = [](const auto& row) { return row.name; };
  return LayersHelp() + HelpTable("Optimizers", Optimizers(), name) +
         HelpTable("Schedules of the learning rate", Schedules(), [](const auto& row) { return row.notation(); }) +
         HelpTable("Initialisations", Initializations(), name) + HelpTable("Precisions", Precisions(), name);
}

template <class Row>
std::vector<std::string> NamesOf(std::span<const Row> table) {
  std::vector<std::string> names;
  for (const Row& row : table) names.emplace_back(row.name);
  return names;
}

// "Networks that answer together ...: quick: 4 networks ..."
std::string EffortHelp() {
  std::string text = "Train networks that answer together, with settings that follow the table.";
  for (const Effort& effort : Efforts()) text += fmt::format(" {}: {}.", effort.name, effort.summary);
  return text;
}

// "What to do ...: off: no monitor is asked; ..."
std::string TreatHelp() {
  std::string text = "What to do about what makes the training sick.";
  for (const TreatingMode& mode : TreatingModes()) text += fmt::format(" {}: {}.", mode.name, mode.summary);
  return text;
}

// Where an option stands in the help; those of the data have their group already.
std::string GroupOf(const std::string& option) {
  constexpr std::array<std::string_view, 8> kNetwork = {"--network", "--from",    "--activation", "--dropout",
                                                        "--effort",  "--members", "--init",       "--init-gain"};
  constexpr std::array<std::string_view, 9> kRun = {"--seed", "--threads", "--out",       "--json",       "--quiet",
                                                    "--plan", "--fail-on", "--no-record", "--tensorboard"};
  if (std::ranges::count(kNetwork, option) > 0) return "Network";
  return std::ranges::count(kRun, option) > 0 ? "Run and result" : "Training";
}

}  // namespace

void AddTrainCommand(CLI::App& app, std::span<const std::string> words) {
  auto command = std::make_shared<TrainCommand>();
  command->program = words[0];
  command->words.assign(words.begin(), words.end());
  TrainingOptions& training = command->training;
  CLI::App* train = app.add_subcommand("train", "Train a network and say how healthy it is");
  AddDataOptions(*train, command->data);
  train->add_option("--network", command->network,
                    "Layers (default: \"" + NetworkText({}, false) + "\"; for text behind 'embedding 16')");
  train->add_option("--from", command->from,
                    "Model file (ONNX, also of another program) to go on with: its layers and weights");
  train->add_option("--activation", command->activation,
                    "Activation of the default network; ramp activations lists them");
  train->add_option("--dropout", command->dropout, "Dropout behind each activation of the default network")
      ->check(CLI::Range(0.0, 0.99));
  train->add_option("--effort", command->effort, EffortHelp())->check(CLI::IsMember(NamesOf(Efforts())));
  train
      ->add_option("--members", command->members,
                   "Networks of an ensemble of each kind; each is trained without its fold of the rows")
      ->check(CLI::Range(1, 256));
  train->add_option("--epochs", training.epochs, "Passes over the data")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  train->add_option("--batch", training.batch, "Rows of one step")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  train->add_option("--lr", training.learning_rate, "Learning rate (default: the optimizer's usual one)")
      ->check(NumberFrom(0, false));
  train
      ->add_option("--schedule", training.schedule,
                   "How the learning rate changes: \"[warm-up EPOCHS,] SCHEDULE\", see below")
      ->capture_default_str();
  train->add_option("--optimizer", training.optimizer, "See below")->capture_default_str();
  train->add_option("--weight-decay", training.weight_decay, "Pull of the weights towards 0")
      ->check(NumberFrom(0, true));
  train->add_option("--clip-norm", training.clip_norm, "Largest global norm of the gradient; 0: no clipping")
      ->capture_default_str()
      ->check(NumberFrom(0, true));
  train
      ->add_option("--clip-value", training.clip_value,
                   "Largest size of a number in the gradient, before its norm is clipped (default: no clipping)")
      ->check(NumberFrom(0, true));
  train
      ->add_option(
          "--skip-norm", training.skip_norm,
          "Norm of the gradient above which a batch is left out, and where it is not finite (default: none is)")
      ->check(NumberFrom(0, true));
  train->add_option("--accumulate", training.accumulate, "Batches whose gradients are summed for one update")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  train
      ->add_option("--label-smoothing", training.label_smoothing,
                   "Share of the certainty that is taken from the right class and given to all")
      ->check(CLI::Range(0.0, 0.99));
  train->add_option("--init", training.initialization, "Start of the weights, see below (default: by the activation)");
  train->add_option("--init-gain", training.initial_gain, "Multiplies all first weights")
      ->capture_default_str()
      ->check(NumberFrom(0, true));
  train->add_option("--precision", training.precision, "What matrices are multiplied in, see below")
      ->capture_default_str();
  train
      ->add_option("--patience", training.patience,
                   "Stop after so many epochs without a better validation, keep the best weights; 0: never stop")
      ->capture_default_str()
      ->check(NumberFrom(0, true));
  train->add_flag("--balanced", training.balanced, "Weigh the classes so that each counts the same");
  train->add_option("--seed", command->data.seed, "Start of all randomness")
      ->capture_default_str()
      ->check(NumberFrom(0, true));
  train->add_option("--threads", command->threads, "Threads (default: all cores)")->check(CLI::Range(0, 1024));
  train->add_option("--out", command->out, "Model file (default: the data's name with .onnx)");
  train->add_option("--checkpoint", command->checkpoint,
                    "Folder for checkpoints: one behind each epoch and on Ctrl-C; the last two are kept");
  train->add_option("--checkpoint-every", command->checkpoint_every, "Seconds after which another one is written")
      ->capture_default_str()
      ->check(NumberFrom(0, true));
  train->add_option("--resume", command->resume,
                    "Folder of checkpoints to go on from, with the options that the training was started with");
  train->add_flag("--plan", command->plan,
                  "Show the steps, the memory and what is kept for the way back; train nothing");
  train->add_option("--treat", command->treat, TreatHelp())
      ->capture_default_str()
      ->check(CLI::IsMember(NamesOf(TreatingModes())));
  train
      ->add_option("--fail-on", command->fail_on,
                   "End with exit status 3 when the health report has such a finding, or a worse one")
      ->check(CLI::IsMember({std::string(Name(kFailing[0])), std::string(Name(kFailing[1]))}));
  train->add_option("--tensorboard", command->tensorboard,
                    "Folder for a log that TensorBoard reads: figures and histograms of each epoch");
  train->add_flag("--no-record", command->no_record, "Leave the run out of the history (ramp runs)");
  train->add_flag("--json", command->json, "Print one JSON document on the standard output");
  train->add_flag("--quiet", command->quiet, "No progress and no notes");
  for (CLI::Option* option : train->get_options()) {
    if (option->get_group() == "Options" && !option->check_name("--help") && !option->check_name("--help-all")) {
      option->group(GroupOf(option->get_name()));
    }
  }
  train->footer(TrainFooter() + DataHelp());
  train->callback([command, train] { RunTrain(*command, *train); });
}

}  // namespace ramp
