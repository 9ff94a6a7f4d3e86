// What the monitors look at: everything that is known about a training at one moment.
#ifndef RAMP_HEALTH_PATIENT_H_
#define RAMP_HEALTH_PATIENT_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "ramp/health/input_vitals.h"
#include "ramp/health/report.h"
#include "ramp/network/network.h"
#include "ramp/training/trainer.h"

namespace ramp {

// When monitors are asked.
enum class Moment : unsigned {
  kStart = 1,  // before the first update: inputs, targets, and the network on the probe
  kStep = 2,   // while an epoch runs, every tenth step
  kEpoch = 4,  // an epoch has ended
  kEnd = 8,    // the training is over
};
constexpr unsigned operator|(Moment a, Moment b) { return static_cast<unsigned>(a) | static_cast<unsigned>(b); }

// One epoch that is over.
struct EpochVitals {
  EpochRecord record = {};
  double loss_deviation = 0;             // of the steps' losses around the line through them
  std::vector<LayerHealth> layers = {};  // see Patient::layers
};

struct Patient {
  Moment moment = Moment::kStart;
  const Network* network = nullptr;
  bool fresh = true;        // it is known from its first step on
  bool normalised = false;  // it has norms that keep statistics, which do nothing yet at the start
  size_t epochs_planned = 0;
  bool balanced = false;  // the classes are weighed so that each counts the same

  // The target, on the training rows.
  Task task = Task::kClassification;
  size_t classes = 0;
  std::vector<double> class_shares;              // classification
  double lowest_target = 0, highest_target = 0;  // regression, standardised
  // The best answer that ignores the input: its loss (the entropy of the classes, or the variance) and score.
  double trivial_loss = 0, trivial_score = 0;

  InputVitals inputs;
  size_t probe_rows = 0;
  double initial_loss = 0;         // on the probe
  std::vector<LayerHealth> start;  // on the probe, before the first update
  // Now: figures of the gates and gradients over the epoch in hand, those of the values at the last probe.
  std::vector<LayerHealth> layers;

  size_t epoch = 1, step = 0;             // where the training is, from 1
  size_t steps = 0, steps_per_epoch = 0;  // steps that were watched in all
  std::vector<double> losses, norms;      // of the steps of the epoch in hand: mean loss, gradient before clipping
  size_t spikes = 0;                      // steps in all whose gradient was above ten times the median of those before
  size_t update_samples = 0;              // behind LayerHealth::update_ratio
  double largest_rate = 0, rate = 0;      // of the learning rate so far, and now
  std::vector<EpochVitals> epochs;
  std::optional<Divergence> divergence;

  bool at(Moment asked) const { return moment == asked; }
  // The loss of the last epochs is no better than that of the best answer that ignores the input.
  bool StuckAtTrivial() const;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_PATIENT_H_
