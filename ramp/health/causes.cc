#include "ramp/health/causes.h"

#include <algorithm>

namespace ramp {
namespace {

bool Explains(const Monitor& monitor, std::string_view other) {
  return std::find(monitor.explains.begin(), monitor.explains.end(), other) != monitor.explains.end();
}

}  // namespace

Findings Join(Findings findings, std::span<const Monitor> monitors) {
  const auto rank = [&](const Finding& finding) {
    return std::find_if(monitors.begin(), monitors.end(),
                        [&](const Monitor& monitor) { return monitor.name == finding.monitor; }) -
           monitors.begin();
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
  Findings joined;
  std::vector<bool> taken(findings.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    if (taken[i]) continue;
    const Monitor& cause = monitors[static_cast<size_t>(rank(findings[i]))];
    findings[i].explained_by = {};
    joined.push_back(findings[i]);
    // A mere remark is no cause of anything.
    if (findings[i].severity == Severity::kNote) continue;
    for (size_t j = i + 1; j < findings.size(); ++j) {
      if (taken[j] || !Explains(cause, findings[j].monitor)) continue;
      taken[j] = true;
      findings[j].explained_by = cause.name;
      joined.push_back(findings[j]);
    }
  }
  // Warnings before notes, each still followed by what it explains.
  const auto is_note = [](const Finding& finding) {
    return finding.explained_by.empty() && finding.severity == Severity::kNote;
  };
  std::stable_partition(joined.begin(), joined.end(), [&](const Finding& finding) { return !is_note(finding); });
  return joined;
}

}  // namespace ramp
