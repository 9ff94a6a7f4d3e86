#include "ramp/health/clinic.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "ramp/health/causes.h"
#include "ramp/health/remedies.h"
#include "ramp/health/treatments/list.h"
#include "ramp/health/trial.h"

namespace ramp {
namespace {

constexpr size_t kStride = 10;  // steps between two looks at what was found; monitors are asked as often
// Steps of a trial: this share of all that are planned.
constexpr size_t kTrialShare = 40;
constexpr size_t kFewestSteps = 8, kMostSteps = 400;
constexpr double kCostShare = 1.0 / 3;      // of the steps that count: a quarter of all that are made
constexpr double kForward = 1.0 / 3;        // of a step is a forward pass
constexpr double kCertain = 2;              // t of the paired differences
constexpr double kTrialBudget = 0.9;        // of what is left, for one finding
constexpr double kPatience = 6;             // rounds in which a treated twin must be likely to catch up
constexpr double kTie = 0.05;               // of the loss: who is so near is not behind
constexpr double kLossGain = 0.005;         // of the loss: a surely smaller one that nobody sees is no success
constexpr double kHopeless = 10;            // times the trivial loss: too far away to count as learning
constexpr double kScoreLoss = 0.01;         // of accuracy that a better loss may cost
constexpr size_t kMostKept = 2;             // treatments for findings of one monitor
constexpr size_t kMostKeptDivergences = 4;  // which end the training otherwise

size_t StepIndex(const TrainingPosition& position, size_t batches) {
  return (position.epoch - 1) * batches + position.batch;
}

const Evaluation& BestEpochOf(const TrainingPosition& position) {
  return position.epochs[position.best_epoch - 1].validation;
}

}  // namespace

std::span<const TreatingMode> TreatingModes() {
  static constexpr TreatingMode kModes[] = {
      {"off", "no monitor is asked", Treating::kOff},
      {"advise", "what the monitors find is told, with remedies", Treating::kAdvise},
      {"auto", "it is treated while the training runs, against an untreated twin", Treating::kAuto},
  };
  return kModes;
}

// Passes on what happens, where the training is the one that goes on; observers decide about batches in any case.
class Clinic::Relay final : public TrainingObserver {
 public:
  explicit Relay(Clinic& clinic) : clinic_(clinic) {}
  void Open(bool open) { open_ = open; }

  void OnRestore(std::span<const EpochRecord> epochs) override {
    if (!open_) return;
    if (clinic_.treating_ == Treating::kAuto) clinic_.recorder_.OnRestore(epochs);
    for (TrainingObserver* observer : clinic_.observers_) observer->OnRestore(epochs);
  }
  bool Skips(const StepView& view) override {
    bool skips = false;
    for (TrainingObserver* observer : clinic_.observers_) skips = observer->Skips(view) || skips;
    return skips;
  }
  void OnStep(const StepView& view) override {
    if (!open_) return;
    if (clinic_.treating_ == Treating::kAuto) clinic_.recorder_.OnStep(view);
    for (TrainingObserver* observer : clinic_.observers_) observer->OnStep(view);
  }
  void OnEpoch(const EpochRecord& record) override {
    if (!open_) return;
    if (clinic_.treating_ == Treating::kAuto) clinic_.recorder_.OnEpoch(record);
    for (TrainingObserver* observer : clinic_.observers_) observer->OnEpoch(record);
  }

 private:
  Clinic& clinic_;
  bool open_ = false;
};

// A training with all that belongs to it.
struct Clinic::Contender {
  Contender(Clinic& clinic, Network own_network, const TrainingOptions& options, std::span<const Monitor> own)
      : network(std::move(own_network)),
        trainer(network, clinic.data_, options),
        doctor(network, clinic.data_, options, own),
        relay(clinic) {}

  // So many steps, also over the end of an epoch. False when the training ended on the way.
  bool AdvanceBy(size_t steps) {
    const size_t batches = trainer.batches_per_epoch(), end = StepIndex(trainer.position(), batches) + steps;
    bool goes_on = true;
    while (goes_on && StepIndex(trainer.position(), batches) < end) {
      goes_on = trainer.Advance(end - StepIndex(trainer.position(), batches));
    }
    return goes_on;
  }
  size_t steps() const { return StepIndex(trainer.position(), trainer.batches_per_epoch()); }

  Network network;
  Trainer trainer;
  Doctor doctor;
  Relay relay;
};

// Where a twin stood in the middle of a round of a trial and at its end.
struct Clinic::Round {
  double loss_before = 0;
  TrialScore score = {};
};

struct Clinic::Trial {
  Examiner examiner;
  bool scored = false;      // accuracy counts as well
  double trivial_loss = 0;  // of an answer that ignores the input
  Contender& untreated;
  size_t steps = 0;                // of the first round
  double look = 0;                 // what an examination costs, in steps
  double budget = 0;               // likewise, that is left
  std::vector<Round> rounds = {};  // of the untreated twin
  size_t untreated_steps = 0;
  // That helped; null: none.
  std::unique_ptr<Contender> best = {};
  std::string_view treatment = {};
  size_t epochs_before = 0;  // that were behind it when it began
  bool keeps_best = true;    // the best weights so far are in its state
};

Clinic::Clinic(Network network, const TrainingData& data, const TrainingOptions& options, Treating treating,
               std::span<const Monitor> own)
    : data_(data),
      treating_(treating),
      own_(own.begin(), own.end()),
      monitors_(Monitors().begin(), Monitors().end()),
      current_(std::make_unique<Contender>(*this, std::move(network), options, own)) {
  monitors_.insert(monitors_.end(), own.begin(), own.end());
  current_->trainer.Watch(current_->doctor);
  current_->trainer.Watch(current_->relay);
  if (treating == Treating::kOff) current_->doctor.AskNothing();
  Introduce(*current_);
}

Clinic::~Clinic() = default;

Network& Clinic::network() { return current_->network; }
Trainer& Clinic::trainer() { return current_->trainer; }
const Doctor& Clinic::doctor() const { return current_->doctor; }

Findings Clinic::findings() const {
  Findings all = history_;
  for (const Finding& finding : current_->doctor.findings()) {
    if (std::ranges::count(all, finding.monitor, &Finding::monitor) == 0) all.push_back(finding);
  }
  return all;
}

// Without treatments there is one doctor, who reads the same.
const HealthRecorder& Clinic::recorder() const {
  return treating_ == Treating::kAuto ? recorder_ : current_->doctor.recorder();
}

void Clinic::TellTo(Doctor::Listener findings, TreatmentListener treatments) {
  finding_listener_ = std::move(findings);
  treatment_listener_ = std::move(treatments);
}

// What it has found before is told as well.
void Clinic::Introduce(Contender& contender) {
  contender.relay.Open(true);
  const auto tell = [this](const Finding& finding) {
    if (!finding_listener_ || !told_.emplace(finding.monitor, finding.severity).second) return;
    finding_listener_(finding);
  };
  for (const Finding& finding : contender.doctor.findings()) tell(finding);
  contender.doctor.TellTo(tell);
}

size_t Clinic::PlannedSteps() const {
  return current_->trainer.options().epochs * current_->trainer.batches_per_epoch();
}

size_t Clinic::TrialSteps() const { return std::clamp(PlannedSteps() / kTrialShare, kFewestSteps, kMostSteps); }

// What may still be spent, if the training goes on from this position: it is certain to make some steps, unless it
// diverges or somebody stops it.
double Clinic::StepsLeft(const TrainingPosition& position) const {
  const TrainingOptions& options = current_->trainer.options();
  const size_t batches = current_->trainer.batches_per_epoch();
  size_t certain = options.epochs * batches;
  if (options.patience > 0) certain = std::min(certain, (position.best_epoch + options.patience) * batches);
  certain = std::max(certain, StepIndex(position, batches));
  return kCostShare * static_cast<double>(certain) - cost_;
}

TrainingResult Clinic::Run() {
  bool goes_on = true;
  if (treating_ == Treating::kAuto) {
    current_->doctor.Begin(current_->steps() == 0);
    TreatWhatIsFound(goes_on);
  }
  while (goes_on) {
    goes_on = current_->trainer.Advance(kStride);
    if (treating_ == Treating::kAuto && TreatWhatIsFound(goes_on)) goes_on = true;
  }
  return Finish();
}

// True when another training goes on.
bool Clinic::TreatWhatIsFound(bool goes_on) {
  const Trainer& trainer = current_->trainer;
  if (trainer.diverged()) {
    current_->doctor.See(*trainer.divergence());
  } else if (!goes_on || trainer.interrupted()) {
    return false;
  }
  bool treated = false;
  while (true) {
    const Findings joined = Join(current_->doctor.findings(), monitors_);
    const Finding* finding = NextToTreat(joined);
    if (finding == nullptr) return treated;
    if (TreatFinding(*finding, joined)) {
      ++kept_for_[finding->monitor];
      treated = true;
    } else {
      given_up_.insert(finding->monitor);
    }
  }
}

// The first cause that something may help against; what follows from a cause against which nothing did is taken for a
// cause itself.
const Finding* Clinic::NextToTreat(const Findings& joined) const {
  for (const Finding& finding : joined) {
    if (finding.severity == Severity::kNote || given_up_.contains(finding.monitor)) continue;
    if (!finding.explained_by.empty() && !given_up_.contains(finding.explained_by)) continue;
    return &finding;
  }
  return nullptr;
}

std::vector<std::string_view> Clinic::TreatmentsFor(const Finding& finding) const {
  std::vector<std::string_view> names;
  for (const std::string_view remedy : finding.remedies) {
    const std::string_view name = FindRemedy(remedy).treatment;
    if (!name.empty() && std::ranges::count(names, name) == 0) names.push_back(name);
  }
  return names;
}

// True when a treated training goes on in place of the one at work.
bool Clinic::TreatFinding(const Finding& finding, const Findings& joined) {
  const std::vector<std::string_view> names = TreatmentsFor(finding);
  const auto kept = kept_for_.find(finding.monitor);
  const size_t most = current_->trainer.diverged() ? kMostKeptDivergences : kMostKept;
  if (names.empty() || (kept != kept_for_.end() && kept->second >= most)) return false;

  const bool balanced = std::ranges::count(names, kBalanceClasses) > 0;
  const bool scored = data_.examples.encoding.task == Task::kClassification && !balanced;
  const size_t epochs_told = current_->trainer.position().epochs.size();
  Trial trial{.examiner = Examiner(data_, balanced),
              .scored = scored,
              .trivial_loss = current_->doctor.patient().trivial_loss,
              .untreated = *current_};
  current_->relay.Open(false);
  TryTreatments(finding, trial);
  if (trial.best != nullptr) {
    Remember(joined, finding.monitor, trial.treatment);
    Replace(std::move(trial.best), trial.keeps_best);
    const std::span<const EpochRecord> epochs = current_->trainer.position().epochs;
    current_->relay.OnRestore(epochs.first(trial.epochs_before));
    CatchUp(trial.epochs_before);
    return true;
  }
  current_->relay.Open(true);
  CatchUp(epochs_told);
  return false;
}

// From where the training stands, until one helps, or nothing is left of what this trial may cost.
void Clinic::TryTreatments(const Finding& finding, Trial& trial) {
  const Course course = CourseOf(current_->trainer);
  const Patient patient = current_->doctor.patient();
  const TrainingPosition& position = course.state.position;
  const size_t batches = current_->trainer.batches_per_epoch();
  trial.steps = TrialSteps();
  trial.look = kForward * static_cast<double>(trial.examiner.rows()) / static_cast<double>(course.options.batch);
  // Something is to be left for the next finding.
  const double left = StepsLeft(position), first_cost = CostOfRound(trial, 0);
  trial.budget = std::max(kTrialBudget * left, std::min(left, first_cost));
  for (const std::string_view name : TreatmentsFor(finding)) {
    if (trial.budget < first_cost || current_->trainer.interrupted()) return;
    auto treated = Treat(name, course, data_, patient, finding.layers);
    if (!treated) continue;
    TrainingState& state = treated->course.state;
    size_t rewound = StepIndex(position, batches) - StepIndex(state.position, batches);
    if (first_cost + static_cast<double>(rewound) > std::min(trial.budget, StepsLeft(state.position))) {
      if (treated->course.network.Text() != course.network.Text()) continue;
      state.position = position;
      state.best_parameters = course.state.best_parameters;
      rewound = 0;
    }
    std::unique_ptr<Contender> contender = Admit(std::move(treated->course.network), treated->course.options);
    contender->trainer.Restore(state);
    contender->trainer.Watch(contender->doctor);
    contender->trainer.Watch(contender->relay);
    contender->steps() == 0 ? contender->doctor.Begin(true) : contender->doctor.Examine();
    TreatmentRecord record{.finding = finding.monitor,
                           .treatment = name,
                           .what = treated->what,
                           .epoch = position.epoch,
                           .step = position.batch};
    // Steps that are made again are a part of what it may cost.
    trial.budget -= static_cast<double>(rewound);
    record.kept = Try(*contender, record, trial);
    trial.budget += static_cast<double>(rewound);
    // What goes on is no loss: then it is the untreated twin's steps, and those that are made again.
    record.cost += static_cast<double>(record.kept ? trial.untreated_steps + rewound : record.steps);
    if (record.steps == 0) continue;  // too little is left for it
    cost_ += record.cost;
    records_.push_back(record);
    if (treatment_listener_) treatment_listener_(record);
    if (!record.kept) continue;
    trial.best = std::move(contender);
    trial.treatment = name;
    trial.epochs_before = state.position.epochs.size();
    trial.keeps_best = state.position.best_epoch == position.best_epoch;
    return;
  }
}

// The twins run side by side, round by round, each twice as long as the one before: a treatment that begins anew, or
// changes what the network gives, is behind at first, and goes on as long as it is likely to catch up. True when it is
// better.
bool Clinic::Try(Contender& contender, TreatmentRecord& record, Trial& trial) {
  // Where it is kept, the untreated twin's steps are lost: as many as were made for those that were tried before, too.
  const auto lost = [&] { return static_cast<double>(std::max(trial.untreated_steps, record.steps) - record.steps); };
  for (size_t round = 0; trial.budget - lost() >= CostOfRound(trial, round); ++round) {
    record.cost += 2 * trial.look;
    const size_t before = contender.steps();
    const Round treated = RunRound(contender, round, trial);
    record.steps += contender.steps() - before;
    trial.budget -= static_cast<double>(contender.steps() - before) + 4 * trial.look;
    if (trial.rounds.size() <= round) {
      const size_t untreated_before = trial.untreated.steps();
      trial.rounds.push_back(RunRound(trial.untreated, round, trial));
      trial.untreated_steps += trial.untreated.steps() - untreated_before;
      record.cost += 2 * trial.look;
    }
    const Round& untreated = trial.rounds[round];
    record.untreated_loss = untreated.score.loss;
    record.untreated_score = untreated.score.score;
    record.treated_loss = treated.score.loss;
    record.treated_score = treated.score.score;
    record.confidence = SignedRank(untreated.score, treated.score);
    if (contender.trainer.interrupted() || trial.untreated.trainer.interrupted()) return false;
    if (IsBetterThanUntreated(record, trial)) return true;
    if (RoundsToCatchUp(untreated, treated) > kPatience) return false;
  }
  return false;
}

Clinic::Round Clinic::RunRound(Contender& contender, size_t round, const Trial& trial) {
  const auto examine = [&](bool goes_on) {
    return !goes_on && contender.trainer.diverged() ? Diverged() : trial.examiner.Examine(contender.network);
  };
  const size_t steps = trial.steps << round;
  const double loss_before = examine(contender.AdvanceBy(steps / 2)).loss;
  return {loss_before, examine(contender.AdvanceBy(steps - steps / 2))};
}

double Clinic::CostOfRound(const Trial& trial, size_t round) const {
  return static_cast<double>(trial.steps << round) + 4 * trial.look;
}

bool Clinic::IsBetterThanUntreated(const TreatmentRecord& record, const Trial& trial) const {
  // A twin that diverged is no yardstick: finite numbers alone are no success.
  if (!std::isfinite(record.untreated_loss) && record.treated_loss > kHopeless * trial.trivial_loss) return false;
  return record.confidence > kCertain && record.treated_loss < (1 - kLossGain) * record.untreated_loss &&
         (!trial.scored || record.treated_score >= record.untreated_score - kScoreLoss);
}

// How many more half rounds like the last one it takes until the treated twin has the lower loss. One that has done
// nothing at all never will.
double Clinic::RoundsToCatchUp(const Round& untreated, const Round& treated) {
  const double gain = (treated.loss_before - treated.score.loss) - (untreated.loss_before - untreated.score.loss);
  const double gap = treated.score.loss - untreated.score.loss;
  if (!std::isfinite(gap) || gap == 0) return 2 * kPatience;
  if (gap < kTie * untreated.score.loss) return 0;
  return std::isfinite(gain) && gain > 0 ? gap / gain : 2 * kPatience;
}

std::unique_ptr<Clinic::Contender> Clinic::Admit(Network network, const TrainingOptions& options) {
  return std::make_unique<Contender>(*this, std::move(network), options, own_);
}

// What the replaced training has learned is not lost, unless the new one has it.
void Clinic::Replace(std::unique_ptr<Contender> next, bool keeps_best) {
  std::unique_ptr<Contender> last = std::exchange(current_, std::move(next));
  Introduce(*current_);
  const TrainingPosition& position = last->trainer.position();
  if (keeps_best || position.best_epoch == 0 || data_.validation.empty()) return;
  if (best_before_ != nullptr && !IsBetter(BestEpochOf(position), BestEpochOf(best_before_->trainer.position())))
    return;
  best_before_ = std::move(last);
}

// Tells observers of the epochs that ended during a trial.
void Clinic::CatchUp(size_t epochs_told) {
  const std::span<const EpochRecord> epochs = current_->trainer.position().epochs;
  for (size_t i = epochs_told; i < epochs.size(); ++i) current_->relay.OnEpoch(epochs[i]);
}

// `cause` and what follows from it was treated.
void Clinic::Remember(const Findings& findings, std::string_view cause, std::string_view treatment) {
  for (Finding finding : findings) {
    if (finding.monitor == cause || finding.explained_by == cause) finding.treated_by = treatment;
    const auto known = std::ranges::find(history_, finding.monitor, &Finding::monitor);
    if (known == history_.end()) {
      history_.push_back(finding);
    } else {
      known->last_epoch = finding.last_epoch;
      known->severity = std::max(known->severity, finding.severity);
      known->treated_by = finding.treated_by;
    }
  }
}

TrainingResult Clinic::Finish() {
  TrainingResult result = current_->trainer.Finish();
  if (best_before_ == nullptr) return result;
  const bool none = result.best_epoch == 0;
  if (!none &&
      !IsBetter(BestEpochOf(best_before_->trainer.position()), result.epochs[result.best_epoch - 1].validation)) {
    return result;
  }
  std::swap(current_, best_before_);
  for (TreatmentRecord& record : records_) {
    if (std::exchange(record.kept, false)) record.what += "; in the end weights from before were better";
  }
  for (Finding& finding : history_) finding.treated_by = {};
  return current_->trainer.Finish();
}

HealthReport Clinic::Report(const TrainingResult& result) {
  HealthReport report = current_->doctor.Report(result);
  Findings findings = history_;
  for (const Finding& finding : report.findings) {
    const auto known = std::ranges::find(findings, finding.monitor, &Finding::monitor);
    if (known == findings.end()) {
      findings.push_back(finding);
      continue;
    }
    // It was seen again behind the treatment.
    known->treated_by = {};
    known->last_epoch = finding.last_epoch;
    known->severity = std::max(known->severity, finding.severity);
  }
  report.findings = Join(std::move(findings), monitors_);
  report.treatments = records_;
  report.treatment_share = cost_ > 0 ? cost_ / (cost_ + static_cast<double>(current_->steps())) : 0;
  return report;
}

}  // namespace ramp
