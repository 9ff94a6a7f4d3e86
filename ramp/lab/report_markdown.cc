// Outcomes as Markdown, for docs/measurements/claims.md.
#include <fmt/format.h>

#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

// What would end a cell is written otherwise.
std::string Cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + Cell(cell) + " |";
  return row + "\n";
}

std::string Rule(size_t columns) {
  std::string rule = "|";
  for (size_t column = 0; column < columns; ++column) rule += "---|";
  return rule + "\n";
}

std::string ToMarkdown(const Table& table) {
  std::string text = table.title + ":\n\n" + Row(table.columns) + Rule(table.columns.size());
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const Table::Cell& cell : row) cells.push_back(ToText(cell, table.digits));
    text += Row(cells);
  }
  return text + "\n";
}

std::string ToMarkdown(const Outcome& outcome) {
  const Experiment& experiment = *outcome.experiment;
  std::string text = fmt::format("## {}\n\n> {}\n\n**{}**: {}.\n\n{}\n\n", experiment.name, experiment.claim,
                                 Name(outcome.verdict), outcome.reason, experiment.question);
  const std::vector<std::string> head = {"expected before the run", "of", "at", "measured", "", "why this bound"};
  text += Row(head) + Rule(head.size());
  for (const Judgement& judgement : outcome.judgements) {
    const Expectation& expectation = judgement.expectation;
    text += Row({expectation.when, expectation.quantity, BoundText(expectation), ToText(judgement.estimate, 3),
                 std::string(Name(judgement.result)), expectation.basis});
  }
  text += "\n";
  for (const Table& table : outcome.presentation.tables) text += ToMarkdown(table);
  text += fmt::format("In practice: {}\n\n`{}`: {} {}{}, {:.1f} s\n\n", experiment.practice,
                      CommandOf(experiment, outcome.settings), outcome.trials, experiment.exact ? "parts" : "trials",
                      outcome.data.empty() ? "" : " on " + outcome.data, outcome.seconds);
  return text;
}

}  // namespace

std::string ToMarkdown(std::span<const Outcome> outcomes, const Provenance& provenance) {
  std::string text = "# What is said about ReLU, measured\n\n";
  text += fmt::format("{} claims: {}. ", outcomes.size(), CountVerdicts(outcomes));
  text +=
      "What is expected was written down before the run; a figure is the mean over the trials with its 95 % interval "
      "(bootstrap over the seeds), and meets an expectation where the whole interval does. [lab.md](../lab.md) has "
      "the method.\n\n";
  for (const std::string* line : {&provenance.command, &provenance.version, &provenance.machine, &provenance.date}) {
    if (!line->empty()) text += fmt::format("- {}\n", line == &provenance.command ? "`" + *line + "`" : *line);
  }
  text += "\n| claim | verdict |\n|---|---|\n";
  for (const Outcome& outcome : outcomes) {
    text += fmt::format("| [{0}](#{0}): {1} | {2} |\n", outcome.experiment->name, outcome.experiment->claim,
                        Name(outcome.verdict));
  }
  text += "\n";
  for (const Outcome& outcome : outcomes) text += ToMarkdown(outcome);
  text.pop_back();
  return text;
}

}  // namespace ramp::lab
