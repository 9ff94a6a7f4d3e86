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
#include "ramp/cli/interrupt.h"
#include "ramp/cli/output.h"
#include "ramp/cli/plan_report.h"
#include "ramp/cli/progress.h"
#include "ramp/cli/recording.h"
#include "ramp/cli/resume.h"
#include "ramp/cli/saved_model.h"
#include "ramp/cli/shell_word.h"
#include "ramp/cli/status.h"
#include "ramp/cli/train_command.h"
#include "ramp/cli/training_report.h"
#include "ramp/health/clinic.h"
#include "ramp/network/initialize.h"
#include "ramp/onnx/model_file.h"
#include "ramp/runs/tensorboard.h"
#include "ramp/training/checkpoint.h"
#include "ramp/training/recipes.h"
#include "ramp/training/schedule.h"

namespace ramp {
namespace {

std::string DefaultModelPath(const DataRequest& request, const TrainingData& data) {
  if (request.path.empty()) return data.name + ".onnx";
  std::filesystem::path path(data.name);
  if (path.extension() == ".gz") path.replace_extension();
  return path.replace_extension(".onnx").filename().string();
}

std::string DescribeData(const TrainingData& data, bool in_folds) {
  const size_t test = data.test_set ? data.test_set->rows : data.test.size();
  const Encoding& encoding = data.examples.encoding;
  const std::string target = encoding.columns().empty() ? "" : fmt::format(" '{}'", encoding.table()->target);
  const std::string task =
      encoding.task == Task::kClassification
          ? fmt::format("{} classes{}", encoding.labels.size(), target.empty() ? "" : " of" + target)
          : (target.empty() ? std::string("a number") : "the number" + target);
  const size_t training = data.training.size(), validation = data.validation.size();
  const std::string parts = in_folds ? fmt::format("{} rows in folds to train on", training + validation)
                                     : fmt::format("{} rows to train on, {} to validate", training, validation);
  return fmt::format("{}: {}, {} to test; inputs of {}, {} to predict", data.name, parts, test, encoding.shape.text(),
                     task);
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
  const std::string predict = fmt::format("predict {} {}", ShellWord(report.model), data);
  const std::array<std::array<std::string, 2>, 3> own = {{
      {predict, "its answers for each row"},
      {fmt::format("train {}{} --activation {}", data, how, Activations()[1].name), "another activation"},
      {"activations", "see which there are"},
  }};
  const std::array<std::array<std::string, 2>, 3> ensemble = {{
      {predict, "its answers for each row"},
      {fmt::format("train {}{} --effort best", data, how), "more networks, more time"},
      {fmt::format("train {}{} --members 1", data, how), "one network, and its health by epoch"},
  }};
  std::string text = fmt::format("\nmodel: {}\n", report.model);
  if (!report.run.empty()) {
    text += fmt::format("run:   {0} ({1} runs show {0})\n", ShortId(report.run), command.program);
  }
  text += "next:\n";
  const auto& commands = command.data.path.empty() ? built_in : report.ensemble ? ensemble : own;
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

void CheckOut(const std::string& out, const DataRequest& request) {
  for (const std::string& read : {request.path, request.test}) CheckApart(out, read);
  CheckWritable(out);
}

// Saves the model, tells what came out, and sets the exit status.
void EndTraining(const TrainCommand& command, Trained trained, const std::string& out, const Encoding& encoding) {
  TrainingReport& report = trained.report;
  SavedModel saved;
  if (trained.network) saved = SaveModel(out, *trained.network, encoding);
  report.model = saved.path;
  if (trained.end_record) trained.end_record(report, saved.failure);
  if (command.json) {
    PrintResult(ToJson(report));
  } else {
    PrintResult(ToText(report));
    if (!trained.network) {
      PrintNote("no model was written: no epoch was finished");
    } else if (!command.quiet && saved.failure.empty()) {
      PrintNext(command, report);
    }
  }
  if (!saved.failure.empty()) throw Error(saved.failure);
  if (report.result.outcome == Outcome::kDiverged) throw ExitStatus{1};
  if (const std::string worse = WorseThanTrivial(report); !worse.empty()) {
    PrintNote("ramp: " + worse + "\n  try: a smaller learning rate (--lr), or --treat auto");
    throw ExitStatus{1};
  }
  if (report.result.outcome == Outcome::kInterrupted) throw ExitStatus{kInterruptedStatus};
  if (Fails(command, report.health)) throw ExitStatus{kUnhealthyStatus};
}

void PrintData(const TrainingData& data, const DataRequest& request, bool in_folds) {
  PrintNote(DescribeData(data, in_folds));
  const TableEncoding* table = data.examples.encoding.table();
  if (table != nullptr && request.target.empty()) {
    PrintNote(fmt::format("note: the target is the last column, '{}': --target NAME takes another", table->target));
  }
  for (const std::string& note : data.examples.notes) PrintNote("note: " + note);
  if (!data.test_set) return;
  for (const std::string& note : data.test_set->notes) PrintNote("note: " + note);
}

void RunTrain(TrainCommand& command, CLI::App& app) {
  std::optional<Checkpoint> resumed;
  if (!command.resume.empty()) {
    resumed = CheckpointFolder::ReadNewest(command.resume, PrintNote);
    TakeOptions(app, resumed->notes(), resumed->path());
    if (!command.quiet) PrintNote(fmt::format("going on from {}", resumed->path()));
  }
  CheckTreating(command);
  SetThreads(command.threads);
  const InterruptWatch watch;
  DataRequest request = command.data;
  if (!command.quiet) request.progress = ReadingProgress();
  if (!command.out.empty()) CheckOut(command.out, request);
  const TrainingData data = ReadTrainingData(request);
  const Encoding& encoding = data.examples.encoding;
  const bool members = WantsMembers(command, app, encoding);
  if (!command.quiet) PrintData(data, request, members);
  const std::string out = command.out.empty() ? DefaultModelPath(command.data, data) : command.out;
  CheckOut(out, request);
  std::optional<Trained> trained;
  if (members) {
    trained = TrainMembers(command, app, data, watch);
  } else {
    trained = TrainOneNetwork(command, app, data, resumed ? &*resumed : nullptr, watch);
  }
  if (trained) trained->report.trivial = TrivialAnswerFor(data);
  if (trained) EndTraining(command, *std::move(trained), out, encoding);
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
  std::string text = fmt::format(
      "Tables: how many networks answer together, with settings that follow the table "
      "(default: {}).",
      UsualEffort().name);
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
                   "Networks of each kind, each trained without its fold of the rows; 1: one network alone")
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
