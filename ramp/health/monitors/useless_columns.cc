#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

void Judge(const Patient& patient, Findings& findings) {
  const InputVitals& inputs = patient.inputs;
  if (inputs.tokens || (inputs.constant.empty() && inputs.duplicates.empty())) return;
  std::string what;
  if (!inputs.constant.empty()) {
    what = fmt::format("{} of {} input columns never change on {} rows: {}", inputs.constant.size(), inputs.columns,
                       inputs.rows, inputs.Names(inputs.constant));
  }
  if (!inputs.duplicates.empty()) {
    const auto [first, again] = inputs.duplicates.front();
    what += fmt::format(
        "{}{} is {} again{}", what.empty() ? "" : "; ", inputs.Name(again), inputs.Name(first),
        inputs.duplicates.size() > 1 ? fmt::format(", and {} more are duplicates", inputs.duplicates.size() - 1) : "");
  }
  const bool all = inputs.constant.size() == inputs.columns;
  findings.push_back({.severity = all ? Severity::kError : Severity::kNote,
                      .what = what,
                      .evidence = {{"constant columns", static_cast<double>(inputs.constant.size()), 0},
                                   {"duplicate columns", static_cast<double>(inputs.duplicates.size()), 0}},
                      .confidence = 0.99});
}

}  // namespace

Monitor UselessColumnsMonitor() {
  return {.name = kUselessColumns,
          .sees =
              "input columns that never change, or repeat another one on all rows of the probe: a note, an error if "
              "all are constant",
          .why = "they cost time and weights and tell nothing; a duplicate counts twice",
          .cause = "columns without information",
          .outlook = "nothing bad but the cost, unless they begin to change where the model is used",
          .remedies = {"remove-columns"},
          .explains = {},
          .moments = static_cast<unsigned>(Moment::kStart),
          .judge = Judge};
}

}  // namespace ramp
