// The doctor: watches a training, asks the monitors, and draws up the report.
//   Trainer trainer(network, data, options);
//   Doctor doctor(network, data, options);
//   trainer.Watch(doctor);
//   const TrainingResult result = trainer.Run();
//   for (const Finding& finding : doctor.Report(result).findings) ...
#ifndef RAMP_HEALTH_DOCTOR_H_
#define RAMP_HEALTH_DOCTOR_H_

#include <functional>
#include <span>
#include <vector>

#include "ramp/health/monitors.h"
#include "ramp/health/patient.h"
#include "ramp/health/recorder.h"
#include "ramp/health/report.h"
#include "ramp/health/update_watch.h"
#include "ramp/training/trainer.h"

namespace ramp {

class Doctor : public TrainingObserver {
 public:
  using Listener = std::function<void(const Finding&)>;

  // `options` are those of the training. The network and the data must outlive the doctor. Monitors of your own are
  // asked after those of the table. Throws UsageError when one of them has a name that is taken.
  Doctor(const Network& network, const TrainingData& data, const TrainingOptions& options,
         std::span<const Monitor> own = {});

  // Is told each finding when it is made, once, and once more if it becomes more severe.
  void TellTo(Listener listener) { listener_ = std::move(listener); }

  // Asks no monitor: the report has figures alone.
  void AskNothing() { monitors_.clear(); }

  // Looks at the data and at the network as it is now, and asks what there is to ask before the first update; done by
  // itself with the first step. `fresh`: no step was made yet.
  void Begin(bool fresh);
  // The same without asking: of a training that another doctor has watched so far.
  void Examine();
  // The training has diverged, and nobody asks for the report yet.
  void See(const Divergence& divergence);

  void OnRestore(std::span<const EpochRecord> epochs) override;
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;

  const HealthRecorder& recorder() const { return recorder_; }
  const Patient& patient() const { return patient_; }
  // So far, in the order in which they were made.
  const Findings& findings() const { return findings_; }

  // Runs the network over the training rows (and so takes about a third of an epoch) and joins the findings. The scores
  // are those of the epoch that the network's weights come from.
  HealthReport Report(const TrainingResult& result);

 private:
  // It is where the training stands.
  void Take(const Divergence& divergence);
  // Figures of the gates and gradients of the epoch in hand, for Patient::layers.
  void ReadRecorder();
  void CountSpike(double norm);
  void Ask(Moment moment);
  void Keep(const Monitor& monitor, Finding finding);

  const Network& network_;
  const TrainingData& data_;
  TrainingOptions options_;
  std::vector<Monitor> monitors_;
  Listener listener_;
  HealthRecorder recorder_;
  UpdateWatch updates_;
  std::vector<size_t> nodes_;  // LayerNodes of the network
  std::vector<uint32_t> probe_rows_;
  Patient patient_;
  Findings findings_;
  std::vector<double> recent_norms_;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_DOCTOR_H_
