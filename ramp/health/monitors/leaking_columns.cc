#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

void Judge(const Patient& patient, Findings& findings) {
  const InputVitals& inputs = patient.inputs;
  if (inputs.leaking.empty()) return;
  findings.push_back({.severity = Severity::kWarning,
                      .what = fmt::format("{} tell{} the target all by {}, on each of {} rows",
                                          inputs.Names(inputs.leaking), inputs.leaking.size() == 1 ? "s" : "",
                                          inputs.leaking.size() == 1 ? "itself" : "themselves", inputs.rows),
                      .evidence = {{"columns that tell the target", static_cast<double>(inputs.leaking.size()), 0}},
                      .confidence = 0.8});
}

}  // namespace

Monitor LeakingColumnsMonitor() {
  return {
      .name = kLeakingColumns,
      .sees =
          "each input column against the target: fires if the target explains all but 1/10,000 of a column's variance",
      .why = "such a column is mostly the answer in other words, which will be missing where the model is used",
      .cause = "a column that was made from the target",
      .outlook = "the scores are perfect here and worthless elsewhere",
      .remedies = {"remove-columns"},
      .explains = {},
      .moments = static_cast<unsigned>(Moment::kStart),
      .judge = Judge};
}

}  // namespace ramp
