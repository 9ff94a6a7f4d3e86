// What was found, for people and for programs: a web page, Markdown, JSON, and text for a terminal.
#ifndef RAMP_LAB_REPORT_H_
#define RAMP_LAB_REPORT_H_

#include <span>
#include <string>

#include "ramp/lab/run.h"

namespace ramp::lab {

// Where and with what the outcomes were measured. What is empty is left out.
struct Provenance {
  std::string version = {};  // "ramp 0.1.0"
  std::string machine = {};  // "AMD EPYC 7543, 2 cores, AVX2"
  std::string date = {};     // "2026-11-23"
  std::string command = {};  // "ramp lab --full"
};

// One page that stands alone: no scripts, and nothing is fetched. For light and dark pages, paper and screen readers.
std::string ToHtml(std::span<const Outcome> outcomes, const Provenance& provenance);
std::string ToMarkdown(std::span<const Outcome> outcomes, const Provenance& provenance);
// Without the date and without how long it took, so that equal figures give equal texts.
std::string ToJson(std::span<const Outcome> outcomes, const Provenance& provenance);
// The object of one experiment in that document.
std::string ToJson(const Outcome& outcome);
// Verdict, expectations and tables, in lines of at most about `columns` characters.
std::string ToText(const Outcome& outcome, size_t columns);

// So many significant digits, without an exponent where people would write none: "1040", "0.0510", "1.94e-15".
std::string ToText(double value, int digits);
// "0.98 [0.97, 0.99]"; without an interval where it has no width.
std::string ToText(const Estimate& estimate, int digits);
std::string ToText(const Table::Cell& cell, int digits);
// "2 hold, 1 does not hold, 1 depends"
std::string CountVerdicts(std::span<const Outcome> outcomes);

}  // namespace ramp::lab

#endif  // RAMP_LAB_REPORT_H_
