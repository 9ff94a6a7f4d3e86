// ramp activations: the family, from the table.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "ramp/activation/activation.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/curves.h"
#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

struct ActivationsCommand {
  std::string name;
  bool json = false;
};

struct SavedFact {
  std::string_view name;
  size_t bits;  // a unit
  std::string_view sentence;
};

const SavedFact& SavedFactOf(const Activation& row) {
  static constexpr std::array<SavedFact, 3> kFacts = {{{"gate", 1, "its gate, one bit a unit"},
                                                       {"output", 32, "its output, 4 bytes a unit"},
                                                       {"input", 32, "its input, 4 bytes a unit"}}};
  return kFacts[static_cast<size_t>(row.saves)];
}

std::string RangeText(const Activation& row, int digits) {
  return fmt::format("{:.{}g} to {:.{}g}", row.low, digits, row.high, digits);
}

// Broken at blanks into lines of at most `width` where its words allow.
std::vector<std::string> Wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines = {""};
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  return lines;
}

// Rows of cells, aligned; the column `elastic` is wrapped so that lines keep to `width` characters.
std::string AlignedTable(const std::vector<std::vector<std::string>>& rows, size_t elastic, size_t width) {
  constexpr size_t kBetween = 2, kNarrowest = 16;
  std::vector<size_t> widths(rows.at(0).size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  size_t others = 0;
  for (size_t i = 0; i < widths.size(); ++i) others += i == elastic ? 0 : widths[i] + kBetween;
  widths[elastic] = std::min(widths[elastic], width > others + kNarrowest ? width - others : kNarrowest);
  std::string text;
  for (const auto& row : rows) {
    const std::vector<std::string> wrapped = Wrapped(row[elastic], widths[elastic]);
    for (size_t k = 0; k < wrapped.size(); ++k) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string& cell = i == elastic ? wrapped[k] : k == 0 ? row[i] : "";
        line += fmt::format("{:<{}}", cell, widths[i] + kBetween);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
  }
  return text;
}

size_t TextWidth() { return std::clamp<size_t>(WidthOf(Channel::kOutput), 60, 100); }

std::string FamilyText() {
  std::vector<std::vector<std::string>> rows = {{"name", "formula", "range", "backward reads"}};
  for (const Activation& row : Activations()) {
    rows.push_back(
        {std::string(row.name), std::string(row.formula), RangeText(row, 3), std::string(SavedFactOf(row).name)});
  }
  return AlignedTable(rows, 1, TextWidth()) + "\nramp activations NAME tells all of one, ramp plot NAME... compares.\n";
}

std::string ParameterText(const ActivationParameter& parameter, double chosen) {
  const auto value = static_cast<float>(chosen);
  return fmt::format("{}, {}{}{}: {}", parameter.name, value,
                     value == parameter.initial ? "" : fmt::format(" ({} where none is given)", parameter.initial),
                     parameter.learned ? ", learned" : "", parameter.meaning);
}

std::string SaturatesText(const Activation& row) {
  if (row.saturates()) return "yes, towards both ends, where its slope vanishes";
  return std::isfinite(row.low) || std::isfinite(row.high) ? "on one side, where its slope vanishes" : "no";
}

// What a change of the input becomes at most.
std::string LipschitzText(const Activation& row) {
  if (!std::isfinite(row.lipschitz)) return "none: it jumps, or its slope has no bound";
  return fmt::format("{:.7g}: a change of the input grows to at most that many times its size", row.lipschitz);
}

std::string FactsText(const ChosenActivation& chosen) {
  const Activation& row = *chosen.row;
  std::vector<std::vector<std::string>> facts;
  const auto add = [&facts](std::string_view name, std::string_view fact) {
    if (!fact.empty()) facts.push_back({std::string(name), std::string(fact)});
  };
  add("name", row.name);
  add("formula", row.formula);
  add("derivative", row.derivative);
  add("range", RangeText(row, 8));
  add("saturates", SaturatesText(row));
  add("monotone", row.monotone() ? "yes: it never falls where its input rises" : "no");
  add("zero-centred", row.zero_centred() ? "yes: f(-x) = -f(x)" : "no");
  add("Lipschitz constant", LipschitzText(row));
  for (size_t i = 0; i < row.parameters.size(); ++i) {
    add(i == 0 ? "parameters" : "", ParameterText(row.parameters[i], chosen.parameters[i]));
  }
  if (row.random_slope) {
    add("in training",
        "each negative input of each example has its own slope, drawn evenly from lower to upper; the formula is that "
        "of the trained network");
  }
  add("backward reads", SavedFactOf(row).sentence);
  add("ONNX", row.onnx);
  add("gain", fmt::format("{:.6g}, so weights start with the variance {:.6g} / inputs{}", row.gain, row.gain,
                          row.parameters.empty() ? "" : ", whatever the parameters"));
  add("source", row.source);
  return AlignedTable(facts, 1, TextWidth());
}

std::string CurveText(const ChosenActivation& chosen) {
  constexpr size_t kRows = 16;
  const Plot plot = PlotOf({&chosen, 1}, {}, true);
  return ToTerminal(plot, TextWidth(), kRows, HasColour(Channel::kOutput));
}

// JSON has no infinity: where there is no bound, it is null.
Json EndOf(double end) { return std::isfinite(end) ? Json(end) : Json(nullptr); }

// The decimal that a float was written as: 0.01, not 0.009999999776482582.
double Decimal(float value) { return std::strtod(fmt::format("{}", value).c_str(), nullptr); }

Json ToJson(const Activation& row) {
  Json parameters = Json::array();
  for (const ActivationParameter& parameter : row.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"initial", Decimal(parameter.initial)},
                          {"low", Decimal(parameter.low)},
                          {"high", Decimal(parameter.high)},
                          {"learned", parameter.learned},
                          {"meaning", parameter.meaning}});
  }
  return {{"name", row.name},
          {"formula", row.formula},
          {"derivative", row.derivative},
          {"range", {EndOf(row.low), EndOf(row.high)}},
          {"saturates", row.saturates()},
          {"monotone", row.monotone()},
          {"zero_centred", row.zero_centred()},
          {"lipschitz", EndOf(row.lipschitz)},
          {"parameters", std::move(parameters)},
          {"random_slope_in_training", row.random_slope},
          {"backward_reads", SavedFactOf(row).name},
          {"bits_saved_per_unit", SavedFactOf(row).bits},
          {"onnx", row.onnx},
          {"gain", row.gain},
          {"source", row.source}};
}

void RunActivations(const ActivationsCommand& command) {
  if (command.name.empty()) {
    Json family = Json::array();
    for (const Activation& row : Activations()) family.push_back(ToJson(row));
    PrintResult(command.json ? Json{{"activations", std::move(family)}}.dump(2) + "\n" : FamilyText());
    return;
  }
  const ChosenActivation chosen = ChooseActivation(command.name);
  PrintResult(command.json ? ToJson(*chosen.row).dump(2) + "\n" : FactsText(chosen) + "\n" + CurveText(chosen));
}

}  // namespace

void AddActivationsCommand(CLI::App& app) {
  auto command = std::make_shared<ActivationsCommand>();
  CLI::App* activations = app.add_subcommand("activations", "List the family of activations, or tell all of one");
  activations->add_option("NAME", command->name, "One of the family, for example relu");
  activations->add_flag("--json", command->json, "Print one JSON document on the standard output");
  activations->callback([command] { RunActivations(*command); });
}

}  // namespace ramp
