#include "ramp/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/training_report.h"

namespace ramp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenDrawings = std::chrono::milliseconds(50);
constexpr size_t kBarWidth = 24;

std::string Thousands(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

}  // namespace

ProgressDisplay::ProgressDisplay(const HealthRecorder& health, Task task, size_t epochs)
    : health_(health), task_(task), epochs_(epochs), live_(HasColour(Channel::kError)) {
  PrintProgress(fmt::format("{:>9} {:>10} {:>10} {:>9} {:>6} {:>11} {:>9} {:>10}\n", "epoch", "train loss",
                            "valid loss", ScoreName(task), "open", "dead", "gradient", "samples/s"));
}

void ProgressDisplay::OnStep(const StepView& view) {
  if (!live_ || Clock::now() - drawn_ < kBetweenDrawings) return;
  drawn_ = Clock::now();
  const size_t filled = kBarWidth * view.step / std::max<size_t>(view.steps_per_epoch, 1);
  PrintProgress(fmt::format("\r{:>4}/{:<4} [{:=<{}}{:<{}}] step {}/{}  loss {:.4f} \x1b[K", view.epoch, epochs_, "",
                            filled, "", kBarWidth - filled, view.step, view.steps_per_epoch, view.loss.mean_loss()));
}

void ProgressDisplay::OnEpoch(const EpochRecord& record) {
  Clear();
  const EpochHealth& health = health_.epoch();
  const bool validated = record.validation.rows > 0;
  PrintProgress(fmt::format("{:>4}/{:<4} {:>10.4f} {:>10} {:>9} {:>4.0f} % {:>11} {:>9.2g} {:>10}\n", record.epoch,
                            epochs_, record.train_loss, validated ? fmt::format("{:.4f}", record.validation.loss) : "-",
                            validated ? ScoreText(task_, record.validation.score) : "-", 100 * health.open_share,
                            fmt::format("{}/{}", health.dead, health.units), health.gradient_norm,
                            Thousands(record.samples_per_second)));
}

void ProgressDisplay::Show(const Finding& finding) {
  Clear();
  if (finding.severity == Severity::kNote) return;  // they stand in the report
  PrintProgress(fmt::format("{:>9} {}: {} ({})\n", "!", Name(finding.severity), finding.what, finding.monitor));
}

void ProgressDisplay::Show(const TreatmentRecord& record) {
  Clear();
  PrintProgress(fmt::format("{:>9} {}\n", "+", TreatmentText(record, task_)));
}

void ProgressDisplay::Clear() {
  if (live_) PrintProgress(fmt::format("\r\x1b[K"));
}

}  // namespace ramp
