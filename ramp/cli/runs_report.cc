#include "ramp/cli/runs_report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "ramp/cli/time_text.h"
#include "ramp/cli/training_report.h"
#include "ramp/cli/wrapped.h"
#include "ramp/plot/plot.h"

namespace ramp {
namespace {

constexpr size_t kMostEpochsShown = 20;

std::string LocalText(RunTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string DurationText(double seconds) { return seconds < 60 ? fmt::format("{:.1f} s", seconds) : TimeText(seconds); }

// "97.12 %" or "R2 0.8123", on validation where there is one.
std::string ShownScore(const RunSummary& run) {
  if (!run.shown) return "-";
  const EpochRecord& record = run.shown->record;
  const double score = record.validation.rows > 0 ? record.validation.score : record.train.score;
  return (run.start.task == Task::kRegression ? "R2 " : "") + ScoreText(run.start.task, score);
}

std::string FindingsCell(const RunSummary& run) {
  const size_t count = run.errors > 0 ? run.errors : run.warnings;
  if (count == 0) return "-";
  return fmt::format("{} {}{}", count, Name(run.errors > 0 ? Severity::kError : Severity::kWarning),
                     count > 1 ? "s" : "");
}

std::string Cut(const std::string& line, size_t width) {
  return width == 0 || line.size() <= width ? line : line.substr(0, width - 2) + "..";
}

// Columns as wide as their widest cell. The first row is the head.
enum class Align { kLeft, kRight };
template <size_t columns>
std::string Table(const std::vector<std::array<std::string, columns>>& rows, size_t width, Align align = Align::kLeft) {
  std::array<size_t, columns> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < columns; ++i) {
      const std::string gap = i == 0 ? "" : "  ";
      line += gap + (align == Align::kLeft ? fmt::format("{:<{}}", row[i], widths[i])
                                           : fmt::format("{:>{}}", row[i], widths[i]));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += Cut(line, width) + "\n";
  }
  return text;
}

std::string OutcomeText(const RunSummary& run) {
  std::string text(Name(run.end.outcome));
  return run.end.reason.empty() ? text : fmt::format("{}: {}", text, run.end.reason);
}

std::string TestText(const RunSummary& run) {
  if (run.end.test.rows == 0) return "-";
  return fmt::format("{} {}", ScoreName(run.start.task), ScoreText(run.start.task, run.end.test.score));
}

std::string Head(const RecordedRun& run, size_t width) {
  const RunSummary& summary = run.summary;
  const RunStart& start = summary.start;
  std::string settings;
  for (const auto& [name, value] : start.settings) {
    if (name == "data" || name == "--network") continue;  // they have lines of their own
    settings += fmt::format("{}{} {}", settings.empty() ? "" : ", ", name, value.empty() ? "''" : value);
  }
  std::string text = fmt::format("run {}\n", summary.id);
  const auto line = [&](std::string_view label, const std::string& value) {
    const std::string whole = fmt::format("  {:<9} {}", label, value);
    if (!value.empty()) text += Wrapped(whole, width, std::string(12, ' ')) + "\n";
  };
  line("outcome", OutcomeText(summary));
  line("started", fmt::format("{}, {} in its epochs", LocalText(summary.started), DurationText(summary.seconds)));
  line("command", start.command);
  line("folder", start.folder);
  line("data", fmt::format("{} (checksum {})", start.data, start.data_hash));
  line("network", fmt::format("{} ({} parameters)", start.network, start.parameters));
  line("settings", settings);
  const std::string best = summary.end.best_epoch > 0 ? fmt::format(", the best is {}", summary.end.best_epoch) : "";
  line("epochs", fmt::format("{} of {}{}", run.epochs.size(), start.epochs_planned, best));
  if (summary.end.test.rows > 0) {
    line("test", fmt::format("{} on {} rows", TestText(summary), summary.end.test.rows));
  }
  line("model", summary.end.model);
  return text;
}

std::string EpochTable(const RecordedRun& run, size_t width) {
  const Task task = run.summary.start.task;
  std::vector<std::array<std::string, 8>> rows = {
      {"epoch", "train loss", "valid loss", std::string(ScoreName(task)), "open", "dead", "gradient", "seconds"}};
  const size_t every = (run.epochs.size() + kMostEpochsShown - 1) / kMostEpochsShown;
  for (size_t i = 0; i < run.epochs.size(); ++i) {
    const auto& [record, gates] = run.epochs[i];
    const bool shown = record.epoch == run.summary.end.best_epoch || i + 1 == run.epochs.size() || i % every == 0;
    if (!shown) continue;
    const bool validated = record.validation.rows > 0;
    rows.push_back({fmt::format("{}{}", record.epoch == run.summary.end.best_epoch ? "* " : "", record.epoch),
                    fmt::format("{:.4f}", record.train_loss),
                    validated ? fmt::format("{:.4f}", record.validation.loss) : "-",
                    ScoreText(task, validated ? record.validation.score : record.train.score),
                    gates ? fmt::format("{:.0f} %", 100 * gates->open_share) : "-",
                    gates ? fmt::format("{}/{}", gates->dead, gates->units) : "-",
                    gates ? fmt::format("{:.2g}", gates->gradient_norm) : "-", fmt::format("{:.3g}", record.seconds)});
  }
  std::string text = "\n" + Table(rows, width, Align::kRight);
  if (every > 1) text += fmt::format("one line in {} epochs; --json has all of them\n", every);
  return text;
}

// Losses fall by powers, so their logarithms are drawn.
Plot EmptyPlot() { return {.title = "loss, as log10", .x_label = "epoch", .y_label = "", .curves = {}}; }

// One curve for each kind of loss that is known.
void AddLosses(const RecordedRun& run, const std::string& label, Plot& plot) {
  Curve train{.label = label + "train", .x = {}, .y = {}};
  Curve valid{.label = label + "valid", .x = {}, .y = {}, .dashed = true};
  for (const RunEpoch& epoch : run.epochs) {
    const EpochRecord& record = epoch.record;
    train.x.push_back(static_cast<double>(record.epoch));
    train.y.push_back(std::log10(record.train_loss));
    if (record.validation.rows == 0) continue;
    valid.x.push_back(static_cast<double>(record.epoch));
    valid.y.push_back(std::log10(record.validation.loss));
  }
  plot.curves.push_back(std::move(train));
  if (!valid.x.empty()) plot.curves.push_back(std::move(valid));
}

std::string Picture(const Plot& plot, const Page& page) {
  constexpr size_t kNarrowest = 20, kLowest = 8;
  if (page.height < kLowest || page.width < kNarrowest) return "";
  return "\n" + ToTerminal(plot, page.width, page.height, page.colour);
}

std::string FindingsOf(const RecordedRun& run, size_t width) {
  std::string text;
  const auto line = [&](const std::string& whole) { text += Wrapped(whole, width, std::string(8, ' ')) + "\n"; };
  for (const RunFinding& finding : run.findings) {
    if (!finding.explained_by.empty()) {
      line(fmt::format("      - so: {} ({})", finding.what, finding.monitor));
      continue;
    }
    line(fmt::format("  {} {}: {} ({}, epoch {}, step {})", finding.severity == Name(Severity::kNote) ? "-" : "!",
                     finding.severity, finding.what, finding.monitor, finding.epoch, finding.step));
    line(fmt::format("      cause: {}", finding.cause));
    line(fmt::format("      try: {}", fmt::join(finding.remedies, ", ")));
  }
  return text.empty() ? "" : "\nfindings:\n" + text;
}

std::string TreatmentsOf(const RecordedRun& run, size_t width) {
  std::string text;
  for (const RunTreatment& treatment : run.treatments) {
    const std::string whole =
        fmt::format("  epoch {}, step {}: {} against {}: {}{}", treatment.epoch, treatment.step, treatment.remedy,
                    treatment.monitor, treatment.what, treatment.kept ? "" : " (undone)");
    text += Wrapped(whole, width, std::string(4, ' ')) + "\n";
  }
  return text.empty() ? "" : "\ntreatments:\n" + text;
}

}  // namespace

std::string ListText(std::span<const RunSummary> runs, const Page& page) {
  constexpr size_t kWidestData = 20;
  std::vector<std::array<std::string, 8>> rows = {
      {"run", "started", "outcome", "data", "epochs", "score", "findings", "network"}};
  for (const RunSummary& run : runs) {
    rows.push_back({ShortId(run.id), LocalText(run.started), std::string(Name(run.end.outcome)),
                    Cut(run.start.data, kWidestData), fmt::format("{}/{}", run.epochs_done, run.start.epochs_planned),
                    ShownScore(run), FindingsCell(run), run.start.network});
  }
  return Table(rows, page.width);
}

std::string RunText(const RecordedRun& run, const Page& page) {
  std::string text = Head(run, page.width);
  if (!run.epochs.empty()) text += EpochTable(run, page.width);
  if (run.epochs.size() > 1) {
    Plot plot = EmptyPlot();
    AddLosses(run, "", plot);
    text += Picture(plot, page);
  }
  return text + FindingsOf(run, page.width) + TreatmentsOf(run, page.width);
}

std::string ComparisonText(const RecordedRun& first, const RecordedRun& second, const Page& page) {
  std::vector<std::array<std::string, 3>> rows;
  const auto add = [&](std::string name, const auto& text) {
    rows.push_back({std::move(name), text(first), text(second)});
  };
  const auto figure = [&](const std::string& name, const auto& text) {
    add(name,
        [&](const RecordedRun& run) { return run.summary.shown ? text(run.summary.shown->record) : std::string("-"); });
  };
  add("run", [](const RecordedRun& run) { return ShortId(run.summary.id); });
  add("started", [](const RecordedRun& run) { return LocalText(run.summary.started); });
  add("outcome", [](const RecordedRun& run) { return std::string(Name(run.summary.end.outcome)); });
  const RunStart &one = first.summary.start, &other = second.summary.start;
  if (one.data != other.data) add("data", [](const RecordedRun& run) { return run.summary.start.data; });
  if (one.data_hash != other.data_hash)
    add("checksum", [](const RecordedRun& run) { return run.summary.start.data_hash; });
  for (const auto& [setting, left, right] : Differences(first, second)) {
    if (setting != "data") rows.push_back({setting, left.empty() ? "-" : left, right.empty() ? "-" : right});
  }
  add("epochs", [](const RecordedRun& run) { return fmt::format("{}", run.epochs.size()); });
  figure("epoch shown", [](const EpochRecord& record) { return fmt::format("{}", record.epoch); });
  figure("train loss", [](const EpochRecord& record) { return fmt::format("{:.4f}", record.train_loss); });
  figure("valid loss", [](const EpochRecord& record) {
    return record.validation.rows > 0 ? fmt::format("{:.4f}", record.validation.loss) : "-";
  });
  add("score", [](const RecordedRun& run) { return ShownScore(run.summary); });
  add("test", [](const RecordedRun& run) { return TestText(run.summary); });
  add("seconds", [](const RecordedRun& run) { return fmt::format("{:.3g}", run.summary.seconds); });
  add("findings", [](const RecordedRun& run) { return FindingsCell(run.summary); });
  std::string text = Table(rows, page.width);
  if (first.epochs.size() > 1 && second.epochs.size() > 1) {
    Plot plot = EmptyPlot();
    AddLosses(first, ShortId(first.summary.id) + " ", plot);
    AddLosses(second, ShortId(second.summary.id) + " ", plot);
    text += Picture(plot, page);
  }
  return text;
}

}  // namespace ramp
