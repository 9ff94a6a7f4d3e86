#include "ramp/cli/recording.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/cli/output.h"
#include "ramp/cli/resume.h"
#include "ramp/cli/shell_word.h"
#include "ramp/runs/home.h"
#include "ramp/training/checkpoint.h"

namespace ramp {
namespace {

RunFinding ToRunFinding(const Finding& finding) {
  return {.monitor = std::string(finding.monitor),
          .severity = std::string(Name(finding.severity)),
          .epoch = finding.epoch,
          .step = finding.step,
          .last_epoch = finding.last_epoch,
          .what = finding.what,
          .cause = finding.cause,
          .outlook = finding.outlook,
          .confidence = finding.confidence,
          .explained_by = std::string(finding.explained_by),
          .remedies = {finding.remedies.begin(), finding.remedies.end()},
          .layers = finding.layers,
          .units = finding.units};
}

std::vector<RunFinding> ToRunFindings(const Findings& findings) {
  std::vector<RunFinding> converted;
  for (const Finding& finding : findings) converted.push_back(ToRunFinding(finding));
  return converted;
}

RunEnd ToRunEnd(const TrainingReport& report, const std::string& failure) {
  RunEnd end{.best_epoch = report.result.best_epoch, .test = report.test};
  std::error_code unknown_folder;
  if (!report.model.empty()) end.model = std::filesystem::absolute(report.model, unknown_folder).string();
  switch (report.result.outcome) {
    case Outcome::kFinished:
      break;
    case Outcome::kStoppedEarly:
      end.reason = "stopped early";
      break;
    case Outcome::kInterrupted:
      end.outcome = RunOutcome::kInterrupted;
      break;
    case Outcome::kDiverged: {
      end.outcome = RunOutcome::kFailed;
      if (!report.result.divergence) {
        end.reason = "all members diverged";
        break;
      }
      const Divergence& divergence = *report.result.divergence;
      end.reason = fmt::format("diverged in epoch {}, step {}: {} is no longer finite", divergence.epoch,
                               divergence.step, divergence.place);
    }
  }
  if (!failure.empty()) {
    end.outcome = RunOutcome::kFailed;
    end.reason = failure;
  }
  return end;
}

}  // namespace

RunStart DescribeRun(std::span<const std::string> words, const CLI::App& app, const TrainingOptions& options,
                     const Network& network, const TrainingData& data) {
  RunStart start{.command = ShellCommand(words),
                 .version = RAMP_VERSION,
                 .data = data.name,
                 .data_hash = Fingerprint(data),
                 .network = network.Text(),
                 .parameters = network.parameter_count(),
                 .task = data.examples.encoding.task,
                 .epochs_planned = options.epochs};
  std::error_code unknown_folder;
  start.folder = std::filesystem::current_path(unknown_folder).string();
  // What makes the training what it is, then what else was asked for.
  start.settings = SettingsOf(options, network, data);
  const auto add = [&](const std::string& name, const std::string& value) {
    if (std::ranges::find(start.settings, name, &TrainingSettings::value_type::first) == start.settings.end()) {
      start.settings.emplace_back(name, value);
    }
  };
  add("--epochs", fmt::format("{}", options.epochs));
  add("--patience", fmt::format("{}", options.patience));
  for (const auto& [name, value] : OptionsGiven(app, Threads())) add(name, value);
  return start;
}

std::unique_ptr<TrainingRecording> StartRecording(RunStart start, const Clinic& clinic) {
  try {
    return std::make_unique<TrainingRecording>(HistoryPath(), std::move(start), clinic);
  } catch (const Error& error) {
    PrintNote(fmt::format("warning: the run is not recorded: {}", error.what()));
    return nullptr;
  }
}

TrainingRecording::TrainingRecording(const std::string& path, RunStart start, const Clinic& clinic)
    : clinic_(clinic), recorder_(path, std::move(start), PrintNote) {}

void TrainingRecording::OnRestore(std::span<const EpochRecord> epochs) { recorder_.Restore(epochs); }

void TrainingRecording::OnEpoch(const EpochRecord& record) {
  const EpochHealth& health = clinic_.recorder().epoch();
  recorder_.AddEpoch({.record = record,
                      .gates = EpochGates{.open_share = health.open_share,
                                          .dead = health.dead,
                                          .units = health.units,
                                          .gradient_norm = health.gradient_norm}});
  recorder_.SetFindings(ToRunFindings(clinic_.findings()));
}

void TrainingRecording::Add(const TreatmentRecord& treatment) {
  recorder_.AddTreatment({.epoch = treatment.epoch,
                          .step = treatment.step,
                          .monitor = std::string(treatment.finding),
                          .remedy = std::string(treatment.treatment),
                          .what = TreatmentText(treatment, clinic_.task()),
                          .kept = treatment.kept});
}

void TrainingRecording::Finish(const TrainingReport& report, const std::string& failure) {
  recorder_.SetFindings(ToRunFindings(report.health.findings));
  recorder_.End(ToRunEnd(report, failure));
}

std::shared_ptr<EnsembleRecording> EnsembleRecording::Start(RunStart start) {
  try {
    return std::make_shared<EnsembleRecording>(HistoryPath(), std::move(start));
  } catch (const Error& error) {
    PrintNote(fmt::format("warning: the run is not recorded: {}", error.what()));
    return nullptr;
  }
}

EnsembleRecording::EnsembleRecording(const std::string& path, RunStart start)
    : recorder_(path, std::move(start), PrintNote) {}

void EnsembleRecording::Add(EpochRecord record) {
  record.epoch = ++epochs_;
  recorder_.AddEpoch({.record = record});
}

void EnsembleRecording::Finish(const TrainingReport& report, const std::string& failure) {
  recorder_.SetFindings(ToRunFindings(report.health.findings));
  recorder_.End(ToRunEnd(report, failure));
}

}  // namespace ramp
