// ramp predict: answers of a trained model for raw data.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/data_options.h"
#include "ramp/cli/finished_model.h"
#include "ramp/cli/output.h"
#include "ramp/cli/training_report.h"
#include "ramp/data/csv.h"
#include "ramp/training/continuation.h"
#include "ramp/training/model_outputs.h"
#include "ramp/training/prediction.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

struct PredictCommand {
  std::string model, data, out;
  std::string outputs;                   // a row of OutputMeanings(); empty: by the model and the rows
  std::optional<std::string> beginning;  // of a text to go on with, instead of data
  ContinuationOptions continuation;
  int threads = 0;
  bool json = false, quiet = false;
};

size_t BestClass(std::span<const float> probabilities) {
  return static_cast<size_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

std::string TargetName(const Encoding& encoding) {
  return encoding.table() == nullptr || encoding.table()->target.empty() ? "prediction" : encoding.table()->target;
}

// Classes of which one is answered; what else several outputs mean is told output by output.
bool ExcludeEachOther(OutputMeaning meaning) {
  return meaning == OutputMeaning::kLogits || meaning == OutputMeaning::kProbabilities;
}

// A column for each output: "p(0)" of labels, "value 1" of numbers.
std::string ColumnsCsv(const Dataset& data, std::span<const float> answers, OutputMeaning meaning) {
  const size_t outputs = data.encoding.outputs();
  std::string csv = data.names.empty() ? "" : "file,";
  for (size_t i = 0; i < outputs; ++i) {
    csv += i == 0 ? "" : ",";
    csv += meaning == OutputMeaning::kMultiLabel ? fmt::format("p({})", i) : fmt::format("value {}", i + 1);
  }
  for (size_t i = 0; i < answers.size(); ++i) {
    const bool first = i % outputs == 0;
    csv += first ? "\n" : ",";
    if (first && !data.names.empty()) csv += QuoteCell(data.names[i / outputs]) + ",";
    csv += fmt::format("{}", answers[i]);
  }
  return csv + "\n";
}

// Rows that came from files of their own begin with the file.
std::string ToCsv(const Dataset& data, std::span<const float> answers, OutputMeaning meaning) {
  if (!ExcludeEachOther(meaning)) return ColumnsCsv(data, answers, meaning);
  const Encoding& encoding = data.encoding;
  const size_t outputs = encoding.outputs();
  const bool classifies = encoding.task == Task::kClassification;
  std::string csv = (data.names.empty() ? "" : "file,") + QuoteCell(TargetName(encoding));
  if (classifies) {
    for (const std::string& label : encoding.labels) csv += "," + QuoteCell("p(" + label + ")");
  }
  csv += "\n";
  for (size_t begin = 0; begin < answers.size(); begin += outputs) {
    const std::span<const float> answer = answers.subspan(begin, outputs);
    if (!data.names.empty()) csv += QuoteCell(data.names[begin / outputs]) + ",";
    csv += classifies ? QuoteCell(encoding.labels[BestClass(answer)]) : fmt::format("{}", answer[0]);
    if (classifies) {
      for (const float probability : answer) csv += fmt::format(",{:.6g}", probability);
    }
    csv += "\n";
  }
  return csv;
}

std::string ToJson(const Dataset& data, std::span<const float> answers, OutputMeaning meaning) {
  const Encoding& encoding = data.encoding;
  const size_t outputs = encoding.outputs();
  const bool classifies = encoding.task == Task::kClassification;
  Json json = {{"target", TargetName(encoding)}};
  if (classifies && ExcludeEachOther(meaning)) json["labels"] = encoding.labels;
  json["predictions"] = Json::array();
  for (size_t begin = 0; begin < answers.size(); begin += outputs) {
    const std::span<const float> answer = answers.subspan(begin, outputs);
    Json prediction = Json::object();
    if (!data.names.empty()) prediction["file"] = data.names[begin / outputs];
    if (!ExcludeEachOther(meaning)) {
      prediction[meaning == OutputMeaning::kMultiLabel ? "probabilities" : "values"] =
          std::vector<float>(answer.begin(), answer.end());
    } else if (classifies) {
      prediction["label"] = encoding.labels[BestClass(answer)];
      prediction["probabilities"] = std::vector<float>(answer.begin(), answer.end());
    } else {
      prediction["value"] = answer[0];
    }
    json["predictions"].push_back(std::move(prediction));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Where the data has the answers as well, how many were right.
void PrintScore(const Dataset& data, std::span<const float> answers) {
  const size_t outputs = data.encoding.outputs();
  if (!data.labels.empty()) {
    size_t right = 0;
    for (size_t row = 0; row < data.rows; ++row) {
      right += BestClass(answers.subspan(row * outputs, outputs)) == static_cast<size_t>(data.labels[row]) ? 1u : 0u;
    }
    PrintNote(fmt::format("accuracy {} on the {} rows, whose answers the data has",
                          ScoreText(data.encoding.task, static_cast<double>(right) / static_cast<double>(data.rows)),
                          data.rows));
  }
}

void Write(const PredictCommand& command, const std::string& text) {
  if (command.out.empty()) {
    PrintResult(text);
  } else {
    WriteFileWhole(command.out, text);
  }
}

void RunContinue(const PredictCommand& command, const Network& network, const Encoding& encoding) {
  const std::string text = Continue(network, encoding, *command.beginning, command.continuation);
  if (!command.json) return Write(command, *command.beginning + text + "\n");
  const Json json = {{"beginning", *command.beginning}, {"continuation", text}};
  Write(command, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// What the model answers, and what its outputs mean. A model of ramp says that; of another program's with several
// outputs it is guessed and noted, unless it is given.
std::vector<float> AnswersOf(const PredictCommand& command, const FinishedModel& model, const Dataset& data,
                             OutputMeaning& meaning) {
  const size_t units = data.encoding.outputs();
  if (!model.is_foreign || units == 1) {
    if (!command.outputs.empty()) {
      throw UsageError(fmt::format("--outputs is for models of other programs with several outputs; {} {}",
                                   command.model, model.is_foreign ? "has one" : "says what its outputs are"));
    }
    return Predict(model.network, data);
  }
  std::vector<float> outputs = Outputs(model.network, data);
  if (!command.outputs.empty()) {
    meaning = FindOutputMeaning(command.outputs);
  } else if (!model.ends_in_softmax) {
    meaning = GuessOutputMeaning(model.network, outputs);
    if (!command.quiet) {
      PrintNote(fmt::format("note: the {} outputs are taken for {} ({}): --outputs says otherwise", units,
                            RowOf(meaning).name, RowOf(meaning).summary));
    }
  }
  // The network lost a softmax at its end when it was read.
  const bool is_logits = model.ends_in_softmax && meaning != OutputMeaning::kValues;
  TurnToAnswers(is_logits ? OutputMeaning::kLogits : meaning, units, outputs);
  return outputs;
}

void RunPredict(const PredictCommand& command) {
  if (command.data.empty() == !command.beginning) {
    throw UsageError("ramp predict needs either DATA or --continue TEXT; ramp predict --help tells more");
  }
  if (!command.out.empty()) {
    for (const std::string& read : {command.model, command.data}) CheckApart(command.out, read);
    CheckWritable(command.out);
  }
  SetThreads(command.threads);
  const FinishedModel model = ReadFinishedModel(command.model);
  if (model.is_foreign && command.beginning) {
    throw Error(
        fmt::format("{}: does not say which numbers its characters have: train it with ramp train", command.model));
  }
  if (command.beginning) return RunContinue(command, model.network, model.encoding);
  const Dataset data = ReadDataFor(model, command.data, command.quiet ? Progress() : ReadingProgress());
  if (!command.quiet) {
    for (const std::string& note : data.notes) PrintNote("note: " + note);
  }
  OutputMeaning meaning = OutputMeaning::kLogits;
  const std::vector<float> answers = AnswersOf(command, model, data, meaning);
  Write(command, command.json ? ToJson(data, answers, meaning) : ToCsv(data, answers, meaning));
  if (!command.quiet && ExcludeEachOther(meaning)) PrintScore(data, answers);
}

}  // namespace

void AddPredictCommand(CLI::App& app) {
  auto command = std::make_shared<PredictCommand>();
  CLI::App* predict = app.add_subcommand("predict", "Apply a trained model to raw data");
  predict->add_option("MODEL", command->model, "Model file (ONNX) of ramp train or another program")->required();
  predict->add_option("DATA", command->data,
                      "Data as raw as the training's, of the same kind; the target may be missing");
  predict->add_option("--continue", command->beginning,
                      "Instead of DATA: a text that a model of the next character goes on with");
  predict->add_option("--length", command->continuation.length, "How many characters it adds")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  predict
      ->add_option("--temperature", command->continuation.temperature,
                   "How freely they are drawn: below 1 the likely become likelier, 0 takes the likeliest")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0));
  predict->add_option("--seed", command->continuation.seed, "Start of the drawing")->capture_default_str();
  std::string meanings = "What the outputs of a model of another program are (default: by its end and its answers).";
  std::vector<std::string> names;
  for (const OutputMeaningRow& row : OutputMeanings()) {
    meanings += fmt::format(" {}: {}.", row.name, row.summary);
    names.emplace_back(row.name);
  }
  predict->add_option("--outputs", command->outputs, meanings)->check(CLI::IsMember(names));
  predict->add_option("--out", command->out, "Write to this file instead of the standard output");
  predict->add_option("--threads", command->threads, "Threads (default: all cores)")->check(CLI::Range(0, 1024));
  predict->add_flag("--json", command->json, "JSON instead of CSV");
  predict->add_flag("--quiet", command->quiet, "No notes");
  predict->callback([command] { RunPredict(*command); });
}

}  // namespace ramp
