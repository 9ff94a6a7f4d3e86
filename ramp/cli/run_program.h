// For tests: the program, run as a person runs it.
#ifndef RAMP_CLI_RUN_PROGRAM_H_
#define RAMP_CLI_RUN_PROGRAM_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "ramp/base/file.h"

namespace ramp {

// A folder of its own for one test, removed with everything in it.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ramp_test_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  // Writes a file and returns its path.
  std::string Write(const std::string& name, const std::string& content) const {
    WriteFileWhole(*this / name, content);
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

// No test may write to the run history of the person who runs it.
inline const TestFolder kHomeOfTests;
inline const bool kHasHome = ::setenv("RAMP_HOME", (kHomeOfTests / "home").c_str(), 1) == 0;

struct Ran {
  int status = 0;
  std::string output, errors;
  std::string both() const { return output + errors; }
};

// `arguments` is a piece of shell; `before` stands in front of the program ("cd somewhere &&").
inline Ran RunProgram(const std::string& arguments, const std::string& before = "") {
  const TestFolder folder;
  const std::string errors = folder / "errors";
  Ran ran;
  FILE* pipe = ::popen((before + " " + RAMP_PROGRAM + " " + arguments + " 2>" + errors).c_str(), "r");
  char buffer[4096];
  for (size_t got = 0; (got = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) ran.output.append(buffer, got);
  ran.status = WEXITSTATUS(::pclose(pipe));
  ran.errors = ReadFileWhole(errors);
  return ran;
}

}  // namespace ramp

#endif  // RAMP_CLI_RUN_PROGRAM_H_
