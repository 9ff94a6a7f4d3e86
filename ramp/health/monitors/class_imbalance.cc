#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kRatio = 10;
constexpr size_t kMostClasses = 20;  // of the characters of a text nobody expects the same share

void Judge(const Patient& patient, Findings& findings) {
  if (patient.class_shares.size() < 2) return;
  const auto [least, most] = std::minmax_element(patient.class_shares.begin(), patient.class_shares.end());
  if (*most < kRatio * *least) return;
  findings.push_back(
      {.severity = patient.classes <= kMostClasses && !patient.balanced ? Severity::kWarning : Severity::kNote,
       .what = fmt::format("the classes are not balanced: the largest has {:.1f} % of the training rows, the smallest "
                           "{:.2g} %, and always naming the largest is right in {:.1f} %",
                           100 * *most, 100 * *least, 100 * *most),
       .evidence = {{"largest class / smallest", *least > 0 ? *most / *least : 1e9, kRatio}},
       .confidence = 0.9});
}

}  // namespace

Monitor ClassImbalanceMonitor() {
  return {.name = kClassImbalance,
          .sees =
              "the classes' shares of the training rows: fires if the largest has ten times as many as the smallest; a "
              "note where they are weighed alike",
          .why = "the rare classes hardly count in the loss, and the accuracy hides that they are never named",
          .cause = "classes of very different size",
          .outlook = "the rare classes are hardly learned, however good the accuracy looks",
          .remedies = {"balance-classes", "more-data"},
          .explains = {kTrivialPredictor, kPlateau},
          .moments = static_cast<unsigned>(Moment::kStart),
          .judge = Judge};
}

}  // namespace ramp
