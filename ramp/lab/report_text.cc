// Outcomes as text: cells, counts, and what a terminal shows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

// Words in lines of at most `columns` characters, each behind `indent` blanks.
std::string Wrapped(const std::string& text, size_t indent, size_t columns) {
  const size_t room = std::max<size_t>(columns, indent + 20) - indent;
  std::string wrapped, line;
  const auto end_line = [&] {
    wrapped += fmt::format("{:{}}{}\n", "", indent, line);
    line.clear();
  };
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && line.size() + 1 + word.size() > room) end_line();
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  if (!line.empty()) end_line();
  return wrapped;
}

// Columns as wide as their widest cell: names to the left, figures to the right.
std::string Aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "   ";
    for (size_t column = 0; column < row.size(); ++column) {
      line += column == 0 ? fmt::format(" {:<{}}", row[column], widths[column])
                          : fmt::format("  {:>{}}", row[column], widths[column]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string TextOf(const Table& table, size_t columns) {
  std::vector<std::vector<std::string>> rows = {table.columns};
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const Table::Cell& cell : row) rows.back().push_back(ToText(cell, table.digits));
  }
  return Wrapped(table.title, 2, columns) + Aligned(rows);
}

}  // namespace

std::string ToText(double value, int digits) {
  constexpr double kSmallest = 1e-4, kLargest = 1e6;
  const double size = std::abs(value);
  if (value == 0) return "0";
  if (value == std::round(value) && size < kLargest) return fmt::format("{:.0f}", value);
  if (!(size >= kSmallest && size < kLargest)) return fmt::format("{:.{}g}", value, digits);
  return fmt::format("{:.{}f}", value, std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(size)))));
}

std::string ToText(const Estimate& estimate, int digits) {
  if (!(estimate.low < estimate.high)) return ToText(estimate.mean, digits);
  return fmt::format("{} [{}, {}]", ToText(estimate.mean, digits), ToText(estimate.low, digits),
                     ToText(estimate.high, digits));
}

std::string ToText(const Table::Cell& cell, int digits) {
  if (const auto* estimate = std::get_if<Estimate>(&cell)) return ToText(*estimate, digits);
  return std::get<std::string>(cell);
}

std::string CountVerdicts(std::span<const Outcome> outcomes) {
  struct Word {
    Verdict verdict;
    std::string_view one, many;
  };
  constexpr Word kWords[] = {{Verdict::kHolds, "holds", "hold"},
                             {Verdict::kDepends, "depends", "depend"},
                             {Verdict::kDoesNotHold, "does not hold", "do not hold"}};
  std::string text;
  for (const Word& word : kWords) {
    const auto count = std::ranges::count(outcomes, word.verdict, &Outcome::verdict);
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, count == 1 ? word.one : word.many);
  }
  return text;
}

std::string ToText(const Outcome& outcome, size_t columns) {
  const Experiment& experiment = *outcome.experiment;
  std::string text = fmt::format("{}: {}\n", experiment.name, Name(outcome.verdict));
  text += Wrapped(std::string(experiment.claim), 2, columns);
  text += "\n" + Wrapped(outcome.reason, 2, columns);
  text += fmt::format("\n  expected before the run, measured in {} {} (mean, 95 % interval)\n", outcome.trials,
                      experiment.exact ? "parts" : "trials");
  for (const Judgement& judgement : outcome.judgements) {
    text +=
        Wrapped(fmt::format("{}: {} ({}: {}, expected {})", Name(judgement.result), judgement.expectation.when,
                            judgement.estimate.name, ToText(judgement.estimate, 3), BoundText(judgement.expectation)),
                4, columns);
  }
  for (const Table& table : outcome.presentation.tables) text += "\n" + TextOf(table, columns);
  text += "\n  in practice\n" + Wrapped(std::string(experiment.practice), 4, columns);
  return text + fmt::format("\n  again with: {}\n", CommandOf(experiment, outcome.settings));
}

}  // namespace ramp::lab
