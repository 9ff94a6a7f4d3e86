// ramp diagnose: what a finished model does on data, and what of it does nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/data_options.h"
#include "ramp/cli/finished_model.h"
#include "ramp/cli/output.h"
#include "ramp/health/diagnosis.h"
#include "ramp/health/input_vitals.h"
#include "ramp/onnx/model_file.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

struct DiagnoseCommand {
  std::string model, data, prune;
  int threads = 0;
  bool json = false, quiet = false;
};

std::string ToJson(const Diagnosis& diagnosis, const Encoding& encoding, const Pruning* pruning,
                   const std::string& place) {
  Json json = {{"rows", diagnosis.rows}};
  if (diagnosis.accuracy) json["accuracy"] = *diagnosis.accuracy;
  if (diagnosis.calibration_error) json["calibration_error"] = *diagnosis.calibration_error;
  json["layers"] = Json::array();
  for (size_t i = 0; i < diagnosis.layers.size(); ++i) {
    const LayerHealth& layer = diagnosis.layers[i];
    Json entry = {{"layer", layer.number}, {"text", layer.text}, {"units", layer.units}};
    if (layer.activation != nullptr) {
      entry["open_share"] = layer.open_share;
      entry["dead"] = layer.dead;
      entry["always_open"] = layer.always_open;
    }
    if (layer.saturated_share) entry["saturated_share"] = *layer.saturated_share;
    if (layer.variation) entry["variation"] = *layer.variation;
    entry["duplicates"] = diagnosis.duplicates[i];
    entry["silent"] = diagnosis.silent[i];
    if (pruning != nullptr) entry["removed"] = pruning->removed[i];
    json["layers"].push_back(std::move(entry));
  }
  if (diagnosis.unused_columns) {
    json["unused_columns"] = Json::array();
    for (const size_t column : *diagnosis.unused_columns) {
      json["unused_columns"].push_back({{"column", column + 1}, {"name", ColumnName(encoding, column)}});
    }
  }
  if (pruning != nullptr) {
    json["pruned"] = {{"model", place},
                      {"parameters", pruning->network.parameter_count()},
                      {"largest_difference", pruning->largest_difference},
                      {"largest_output", pruning->largest_output}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToText(const Diagnosis& diagnosis, const Encoding& encoding) {
  std::string text =
      fmt::format("over {} rows:\n  {:>2} {:24}  {:>5} {:>5} {:>6} {:>9} {:>9} {:>6} {:>5}\n", diagnosis.rows, "",
                  "layer", "open", "dead", "always", "saturated", "variation", "twins", "zero");
  for (size_t i = 0; i < diagnosis.layers.size(); ++i) {
    const LayerHealth& layer = diagnosis.layers[i];
    const bool gated = layer.activation != nullptr;
    text += fmt::format("  {:>2} {:24}  {:>5} {:>5} {:>6} {:>9} {:>9} {:>6} {:>5}\n", layer.number,
                        layer.text.substr(0, 24), gated ? fmt::format("{:.0f} %", 100 * layer.open_share) : "-",
                        gated ? fmt::format("{}", layer.dead) : "-", gated ? fmt::format("{}", layer.always_open) : "-",
                        layer.saturated_share ? fmt::format("{:.0f} %", 100 * *layer.saturated_share) : "-",
                        layer.variation ? fmt::format("{:.3g}", *layer.variation) : "-", diagnosis.duplicates[i],
                        diagnosis.silent[i]);
  }
  text += "  zero: units that give 0 on every row; twins: units that repeat another one\n";
  if (diagnosis.calibration_error) {
    text += fmt::format("  {:.1f} % right; its confidence is {:.1f} points off on the mean\n",
                        100 * *diagnosis.accuracy, 100 * *diagnosis.calibration_error);
  }
  if (diagnosis.unused_columns && !diagnosis.unused_columns->empty()) {
    constexpr size_t kMostNamed = 8;
    const std::vector<size_t>& columns = *diagnosis.unused_columns;
    text += fmt::format("  {} of {} input columns change no output:", columns.size(), encoding.shape.count());
    for (size_t i = 0; i < std::min(columns.size(), kMostNamed); ++i)
      text += (i == 0 ? " " : ", ") + ColumnName(encoding, columns[i]);
    text += columns.size() > kMostNamed ? " ...\n" : "\n";
  }
  return text;
}

void RunDiagnose(const DiagnoseCommand& command) {
  if (!command.prune.empty()) {
    for (const std::string& read : {command.model, command.data}) CheckApart(command.prune, read);
    CheckWritable(command.prune);
  }
  SetThreads(command.threads);
  const FinishedModel model = ReadFinishedModel(command.model);
  const Dataset data = ReadDataFor(model, command.data, command.quiet ? Progress() : ReadingProgress());
  if (!command.quiet) {
    for (const std::string& note : data.notes) PrintNote("note: " + note);
  }
  if (data.rows == 0) throw Error(fmt::format("{}: there are no rows to look at", command.data));
  const Diagnosis diagnosis = Diagnose(model.network, data, !model.is_foreign || model.ends_in_softmax);
  std::unique_ptr<Pruning> pruning;
  if (!command.prune.empty()) {
    pruning = std::make_unique<Pruning>(Prune(model.network, data));
    WriteModel(command.prune, pruning->network, model.metadata);
  }
  if (command.json) return PrintResult(ToJson(diagnosis, data.encoding, pruning.get(), command.prune));
  std::string text = ToText(diagnosis, data.encoding);
  if (pruning) {
    text += fmt::format(
        "\npruned: {}, {} of {} parameters are left; on this data no output changes by more than {:.2g} "
        "(the largest is {:.3g})\n",
        command.prune, pruning->network.parameter_count(), model.network.parameter_count(), pruning->largest_difference,
        pruning->largest_output);
  }
  PrintResult(text);
}

}  // namespace

void AddDiagnoseCommand(CLI::App& app) {
  auto command = std::make_shared<DiagnoseCommand>();
  CLI::App* diagnose = app.add_subcommand("diagnose", "Look at a finished model on data, and prune what does nothing");
  diagnose->add_option("MODEL", command->model, "Model file (ONNX) of ramp train or another program")->required();
  diagnose
      ->add_option("DATA", command->data,
                   "Data as raw as that of the training; where the model is of another program, as it takes it")
      ->required();
  diagnose->add_option("--prune", command->prune,
                       "Write the model without the units that give 0 on every row, checked on the data");
  diagnose->add_option("--threads", command->threads, "Threads (default: all cores)")->check(CLI::Range(0, 1024));
  diagnose->add_flag("--json", command->json, "Print one JSON document on the standard output");
  diagnose->add_flag("--quiet", command->quiet, "No progress and no notes");
  diagnose->callback([command] { RunDiagnose(*command); });
}

}  // namespace ramp
