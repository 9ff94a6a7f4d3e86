// Treatments: each changes a training that stands between two steps, so that a sickness goes. One file in
// ramp/health/treatments, one row in the table; a remedy that can act names its treatment (remedies.h).
//
// The Clinic (clinic.h) tries them against an untreated twin. To apply one by hand to a training in hand:
//   std::optional<TreatedCourse> treated = Treat("lower-rate", trainer, data, doctor.patient());
//   if (!treated) ...                                            // there is nothing to do for it
//   Network network = std::move(treated->course.network);        // its layers may be others
//   Trainer next(network, data, treated->course.options);        // in place of the old trainer and its network
//   next.Restore(treated->course.state);
//   Doctor doctor(network, data, treated->course.options);       // a new one, for it knows the layers of its network
//   next.Watch(doctor);
#ifndef RAMP_HEALTH_TREATMENTS_H_
#define RAMP_HEALTH_TREATMENTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/health/patient.h"
#include "ramp/network/network.h"
#include "ramp/training/trainer.h"

namespace ramp {

// Everything that a treatment may change of a training.
struct Course {
  Network network;
  TrainingOptions options = {};  // as Trainer::options() gives them
  TrainingState state = {};      // its parameters are those of the network
};

// What a treatment may look at.
struct TreatmentContext {
  const TrainingData& data;
  std::span<const uint32_t> rows;       // of the training part, on which values are measured
  const Patient& patient;               // what is known of the training
  std::span<const size_t> layers = {};  // that are concerned, as people count them; empty: all
};

struct Treatment {
  std::string_view name;  // "recycle-units"
  std::string_view does;  // what it changes, and what it keeps
  // Changes the course; parameters in the network alone, whose state gets them from there. Gives what was done, in
  // words; nothing where there is nothing for it to do, and then the course is as it was.
  std::optional<std::string> (*apply)(Course& course, const TreatmentContext& context) = nullptr;
};

std::span<const Treatment> Treatments();
// Throws UsageError with the nearest name.
const Treatment& FindTreatment(std::string_view name);

// The rows of the training part that treatments measure values on: at most 256, from all parts of it.
std::vector<uint32_t> RowsForTreatment(const TrainingData& data);

struct TreatedCourse {
  Course course;
  std::string what;  // was done, in words
};

// Where the trainer stands, as a course of its own (also after a divergence, whose step was not made).
Course CourseOf(const Trainer& trainer);
// Applies a treatment to a copy of the course; `layers` are those that a finding names. Nothing where the treatment
// finds nothing to do. Throws UsageError when there is no such treatment.
std::optional<TreatedCourse> Treat(std::string_view treatment, const Course& course, const TrainingData& data,
                                   const Patient& patient, std::span<const size_t> layers = {});
// The same where the trainer stands, which itself goes on as if nothing had happened.
std::optional<TreatedCourse> Treat(std::string_view treatment, const Trainer& trainer, const TrainingData& data,
                                   const Patient& patient, std::span<const size_t> layers = {});

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_H_
