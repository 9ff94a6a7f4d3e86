#include "ramp/runs/home.h"

#include <cstdlib>
#include <filesystem>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// Empty where it is not set.
std::filesystem::path FromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string HomeFolder() {
  if (const auto home = FromEnvironment("RAMP_HOME"); !home.empty()) return home.string();
  // The XDG base directory specification says that a relative path there is to be ignored.
  if (const auto data = FromEnvironment("XDG_DATA_HOME"); data.is_absolute()) return (data / "ramp").string();
  if (const auto home = FromEnvironment("HOME"); !home.empty()) return (home / ".local" / "share" / "ramp").string();
  throw Error("there is no home folder to keep the run history in: set RAMP_HOME to a folder");
}

std::string HistoryPath() { return (std::filesystem::path(HomeFolder()) / "runs.db").string(); }

}  // namespace ramp
