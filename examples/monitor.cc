// A monitor of your own: it says when an epoch gave less than a thousandth of accuracy.
#include <cstdio>

#include "ramp/ramp.h"

void JudgeSlowness(const ramp::Patient& patient, ramp::Findings& findings) {
  if (patient.epochs.size() < 2) return;
  const double now = patient.epochs.back().record.validation.score;
  const double before = patient.epochs[patient.epochs.size() - 2].record.validation.score;
  if (now - before >= 0.001) return;
  findings.push_back({.severity = ramp::Severity::kNote,
                      .what = "the last epoch gave less than 0.1 points of accuracy",
                      .evidence = {{"accuracy gained", now - before, 0.001}}});
}

int main() {
  const ramp::Monitor slowness{.name = "slow-epochs",
                               .sees = "the accuracy on validation from epoch to epoch",
                               .why = "time is spent for little",
                               .cause = "a training that is nearly done",
                               .outlook = "nothing bad",
                               .remedies = {"stop-early"},
                               .moments = static_cast<unsigned>(ramp::Moment::kEpoch),
                               .judge = JudgeSlowness};
  const ramp::TrainingData data = ramp::ReadTrainingData({});
  const ramp::Encoding& encoding = data.examples.encoding;
  ramp::Network network("dense 64, relu, dense", encoding.shape, encoding.outputs());
  const ramp::TrainingOptions options{.epochs = 8};
  ramp::Trainer trainer(network, data, options);
  ramp::Doctor doctor(network, data, options, {&slowness, 1});
  doctor.TellTo([](const ramp::Finding& finding) { std::puts(finding.what.c_str()); });
  trainer.Watch(doctor);
  trainer.Run();
}
