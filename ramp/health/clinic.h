// The clinic: leads a training with its doctor, and where it may, treats what the doctor finds while the training runs.
//   Clinic clinic(std::move(network), data, options, Treating::kAuto);
//   const TrainingResult result = clinic.Run();
//   const HealthReport report = clinic.Report(result);   // report.treatments: what was tried, and what it gave
//   clinic.network()                                     // the trained one; its layers may be others than those given
//
// For a finding of a cause, the treatments of its remedies are tried in their order: from where the training stands,
// the treated network and its untreated twin go on for the same number of steps and are examined on the same rows of
// the validation part (see trial.h). A treated one that is better by a paired test over batches goes on; one that is
// likely to catch up gets more steps; else it is undone, and the untreated one goes on as if nothing had been tried.
// What no training keeps is the cost of the treatment: it never takes more than a quarter of all steps, counted in
// steps (a forward pass as a third of one), so that the same seed gives the same bits.
#ifndef RAMP_HEALTH_CLINIC_H_
#define RAMP_HEALTH_CLINIC_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "ramp/health/doctor.h"
#include "ramp/health/treatments.h"

namespace ramp {

// What is done about what a training suffers from: nothing, not even looking; findings with remedies; treatments.
enum class Treating { kOff, kAdvise, kAuto };
struct TreatingMode {
  std::string_view name;  // "auto"
  std::string_view summary;
  Treating treating;
};
std::span<const TreatingMode> TreatingModes();

class Clinic {
 public:
  using TreatmentListener = std::function<void(const TreatmentRecord&)>;

  // The network's weights are initialised, unless options.keep_weights. The data must outlive the clinic.
  Clinic(Network network, const TrainingData& data, const TrainingOptions& options, Treating treating,
         std::span<const Monitor> own = {});
  ~Clinic();

  // What the training at work consists of. After a treatment it is another one.
  Network& network();
  Trainer& trainer();
  const Doctor& doctor() const;
  Task task() const { return data_.examples.encoding.task; }
  // So far, those of trainings that were replaced as well.
  Findings findings() const;

  // Is told the steps and epochs of the training that goes on, but for the steps of a trial. Must outlive the clinic.
  void Watch(TrainingObserver& observer) { observers_.push_back(&observer); }
  // Reads the same steps as those observers, and before them.
  const HealthRecorder& recorder() const;
  // Is told each finding once, and each treatment that was tried.
  void TellTo(Doctor::Listener findings, TreatmentListener treatments = {});

  // To the end, with what is to be treated on the way.
  TrainingResult Run();
  HealthReport Report(const TrainingResult& result);

 private:
  class Relay;
  struct Contender;
  struct Round;
  struct Trial;

  std::unique_ptr<Contender> Admit(Network network, const TrainingOptions& options);
  void Introduce(Contender& contender);
  bool TreatWhatIsFound(bool goes_on);
  const Finding* NextToTreat(const Findings& joined) const;
  bool TreatFinding(const Finding& finding, const Findings& joined);
  std::vector<std::string_view> TreatmentsFor(const Finding& finding) const;
  void TryTreatments(const Finding& finding, Trial& trial);
  bool Try(Contender& contender, TreatmentRecord& record, Trial& trial);
  static Round RunRound(Contender& contender, size_t round, const Trial& trial);
  double CostOfRound(const Trial& trial, size_t round) const;
  bool IsBetterThanUntreated(const TreatmentRecord& record, const Trial& trial) const;
  static double RoundsToCatchUp(const Round& untreated, const Round& treated);
  void Replace(std::unique_ptr<Contender> next, bool keeps_best);
  void CatchUp(size_t epochs_told);
  void Remember(const Findings& findings, std::string_view cause, std::string_view treatment);
  TrainingResult Finish();

  size_t PlannedSteps() const;
  size_t TrialSteps() const;
  double StepsLeft(const TrainingPosition& position) const;

  const TrainingData& data_;
  Treating treating_;
  std::vector<Monitor> own_, monitors_;
  Doctor::Listener finding_listener_;
  TreatmentListener treatment_listener_;
  HealthRecorder recorder_;
  std::vector<TrainingObserver*> observers_;
  std::unique_ptr<Contender> current_;
  std::unique_ptr<Contender> best_before_;  // untreated, where its best epoch is not in the state of the treated one
  std::map<std::string_view, size_t> kept_for_;  // how many treatments were kept, by monitor
  std::set<std::string_view> given_up_;          // monitors for whose findings nothing helped
  std::set<std::pair<std::string_view, Severity>> told_;
  Findings history_;  // of trainings that were replaced
  std::vector<TreatmentRecord> records_;
  double cost_ = 0;  // in steps
};

}  // namespace ramp

#endif  // RAMP_HEALTH_CLINIC_H_
