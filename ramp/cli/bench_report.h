// What `ramp bench` measured, for people, as JSON, and as a chart.
#ifndef RAMP_CLI_BENCH_REPORT_H_
#define RAMP_CLI_BENCH_REPORT_H_

#include <string>

#include "ramp/bench/bench.h"
#include "ramp/plot/plot.h"

namespace ramp {

// The machine, its limits, and a table for each size.
std::string ToText(const BenchReport& report);
// One JSON document, ending in a line feed. Times are in nanoseconds per element.
std::string ToJson(const BenchReport& report);
// The share of the limit that each activation reaches, a panel for each operation.
BarChart ChartOf(const BenchReport& report);

}  // namespace ramp

#endif  // RAMP_CLI_BENCH_REPORT_H_
