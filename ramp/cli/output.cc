#include "ramp/cli/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "ramp/base/error.h"

namespace ramp {

void PrintResult(std::string_view text) {
  const size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) {
    throw Error(fmt::format("the standard output cannot be written ({}): free some space or write elsewhere",
                            std::strerror(errno)));
  }
}

void PrintProgress(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void PrintNote(std::string_view text) { PrintProgress(std::string(text) + "\n"); }

}  // namespace ramp
