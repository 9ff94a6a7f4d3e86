#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

TEST(LabCommand, ListsEveryClaim) {
  const Ran ran = RunProgram("lab --list");
  EXPECT_EQ(ran.status, 0) << ran.both();
  for (const char* name : {"formula", "speed", "vanishing", "gate"}) {
    EXPECT_NE(("\n" + ran.output).find(std::string("\n") + name + " "), std::string::npos) << name;
  }
}

TEST(LabCommand, MeasuresOneClaimAndTellsAllOfIt) {
  const Ran ran = RunProgram("lab gate --quick --seeds 2");
  EXPECT_EQ(ran.status, 0) << ran.both();
  for (const char* part :
       {"gate: holds", "expected before the run", "in practice", "ramp lab gate --quick --seeds 2"}) {
    EXPECT_NE(ran.output.find(part), std::string::npos) << part << "\n" << ran.output;
  }
}

TEST(LabCommand, GivesTheSameFiguresInEveryRunAndOnAnyNumberOfThreads) {
  const Ran one = RunProgram("lab gate --quick --seeds 3 --json --threads 1");
  const Ran two = RunProgram("lab gate --quick --seeds 3 --json --threads 2");
  EXPECT_EQ(one.status, 0) << one.errors;
  EXPECT_EQ(one.output, two.output);
  const auto json = nlohmann::json::parse(one.output);
  EXPECT_EQ(json["experiments"][0]["name"], "gate");
  EXPECT_EQ(json["experiments"][0]["trials"], 3);
}

TEST(LabCommand, WritesAPageAndMarkdown) {
  const TestFolder folder;
  const std::string page = folder / "page.html", markdown = folder / "claims.md";
  const Ran ran = RunProgram("lab gate --quick --seeds 2 --quiet --report " + page + " --markdown " + markdown);
  EXPECT_EQ(ran.status, 0) << ran.both();
  EXPECT_EQ(ran.errors, "");
  EXPECT_NE(ReadFileWhole(page).find("</html>"), std::string::npos);
  EXPECT_EQ(ReadFileWhole(page).find("<script"), std::string::npos);
  EXPECT_NE(ReadFileWhole(markdown).find("## gate"), std::string::npos);
}

TEST(LabCommand, ReadsItsDataBeforeItMeasures) {
  const Ran ran = RunProgram("lab gate robustness --quick --seeds 2 --data /no/such/table.csv");
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.output, "");
  EXPECT_NE(ran.errors.find("/no/such/table.csv"), std::string::npos) << ran.errors;
}

TEST(LabCommand, SaysWhatIsWrongWithARequest) {
  const struct {
    const char *arguments, *says;
  } cases[] = {
      {"lab vanishin", "did you mean 'vanishing'"},
      {"lab gate --seeds 1", "--seeds"},
      {"lab gate --quick --full", "--quick"},
  };
  for (const auto& one : cases) {
    const Ran ran = RunProgram(one.arguments);
    EXPECT_EQ(ran.status, 2) << one.arguments;
    EXPECT_NE(ran.errors.find(one.says), std::string::npos) << one.arguments << ": " << ran.errors;
  }
  EXPECT_EQ(RunProgram("lab gate --quick --report /no/such/folder/page.html").status, 1);
}

}  // namespace
}  // namespace ramp
