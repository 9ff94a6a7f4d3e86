// ramp plot and ramp activations, as programs that people run.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "ramp/activation/activation.h"
#include "ramp/base/file.h"
#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

size_t CodePointsIn(const std::string& line) {
  return static_cast<size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

std::string Name(const Activation& row) { return std::string(row.name); }

TEST(EveryActivation, IsPlottedInTheUsualSizeWithoutColour) {
  for (const Activation& row : Activations()) {
    const Ran ran = RunProgram("plot " + Name(row));
    EXPECT_EQ(ran.status, 0) << row.name;
    const std::vector<std::string> lines = LinesOf(ran.both());
    EXPECT_EQ(lines.size(), 24u) << row.name;
    size_t widest = 0;
    for (const std::string& line : lines) widest = std::max(widest, CodePointsIn(line));
    EXPECT_EQ(widest, 80u) << row.name;
    EXPECT_EQ(ran.both().find('\x1b'), std::string::npos) << row.name;
    EXPECT_NE(ran.both().find(row.name), std::string::npos) << row.name;
  }
}

TEST(Plot, OfTheWholeFamilyWritesBothFiles) {
  const auto folder = std::filesystem::temp_directory_path() / ("ramp_plot_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::string names;
  for (const Activation& row : Activations()) names += " " + Name(row);
  const Ran ran =
      RunProgram("plot" + names + " --svg " + (folder / "a.svg").string() + " --png " + (folder / "a.png").string());
  EXPECT_EQ(ran.status, 0) << ran.both();
  const std::string svg = ReadFileWhole((folder / "a.svg").string()), png = ReadFileWhole((folder / "a.png").string());
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
  EXPECT_TRUE(png.starts_with("\x89PNG"));
  std::filesystem::remove_all(folder);
}

TEST(Plot, BreaksACurveWhereItJumps) {
  const auto folder = std::filesystem::temp_directory_path() / ("ramp_jump_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  ASSERT_EQ(RunProgram("plot relu --svg " + (folder / "a.svg").string()).status, 0);
  const std::string svg = ReadFileWhole((folder / "a.svg").string());
  size_t dashed = 0;
  for (size_t at = 0; (at = svg.find(" dashed\"", at)) != std::string::npos; ++at) ++dashed;
  // One in the legend, and the derivative's two halves.
  EXPECT_EQ(dashed, 3u);
  std::filesystem::remove_all(folder);
}

TEST(Plot, OfAnUnusualRangeIsDrawn) {
  for (const char* range :
       {"--from -1e308 --to 1e308", "--from 0 --to 1e-300", "--from -1e-5 --to 3", "--from 5 --to 6"}) {
    const Ran ran = RunProgram(std::string("plot relu sigmoid ") + range);
    EXPECT_EQ(ran.status, 0) << range << ": " << ran.both();
    EXPECT_EQ(LinesOf(ran.both()).size(), 24u) << range;
  }
}

TEST(Plot, ExplainsAWrongRequest) {
  const struct {
    const char* arguments;
    const char* says;
  } cases[] = {{"plot rellu", "did you mean 'relu'"},
               {"plot relu(1)", "no parameters"},
               {"plot elu(1,2)", "gives more"},
               {"plot elu(much)", "no number"},
               {"plot elu()", "no number"},
               {"plot elu(1", "closing parenthesis"},
               {"plot elu(nan)", "no number"},
               {"plot ''", "no activation"},
               {"plot relu --from 3 --to 1", "less than"},
               {"plot relu --from nan", "less than"},
               {"plot relu digits", "sheet of their own"},
               {"activations rellu", "did you mean 'relu'"}};
  for (const auto& one : cases) {
    std::string quoted = one.arguments;
    for (size_t at = 0; (at = quoted.find_first_of("()", at)) != std::string::npos; at += 2) quoted.insert(at, "\\");
    const Ran ran = RunProgram(quoted);
    EXPECT_EQ(ran.status, 2) << one.arguments;
    EXPECT_NE(ran.both().find(one.says), std::string::npos) << one.arguments << ": " << ran.both();
  }
}

TEST(Plot, IntoAFolderThatIsNotThereFails) {
  EXPECT_EQ(RunProgram("plot relu --svg /no/such/folder/a.svg").status, 1);
  EXPECT_EQ(RunProgram("plot relu --png /no/such/folder/a.png").status, 1);
}

TEST(Activations, AreListedInLinesThatFit) {
  const Ran ran = RunProgram("activations");
  EXPECT_EQ(ran.status, 0);
  for (const std::string& line : LinesOf(ran.both())) EXPECT_LE(line.size(), 100u) << line;
  for (const Activation& row : Activations())
    EXPECT_NE(ran.both().find("\n" + Name(row) + " "), std::string::npos) << row.name;
}

TEST(EveryActivation, TellsItsFacts) {
  for (const Activation& row : Activations()) {
    const Ran ran = RunProgram("activations " + Name(row));
    EXPECT_EQ(ran.status, 0) << row.name;
    for (const char* fact : {"formula", "derivative", "range", "saturates", "monotone", "zero-centred",
                             "Lipschitz constant", "backward reads", "gain"}) {
      EXPECT_NE(ran.both().find(std::string("\n") + fact), std::string::npos) << row.name << ": " << fact;
    }
    for (const ActivationParameter& parameter : row.parameters) {
      EXPECT_NE(ran.both().find(parameter.name), std::string::npos) << row.name << ": " << parameter.name;
    }
    for (const std::string& line : LinesOf(ran.both())) EXPECT_LE(CodePointsIn(line), 80u) << line;
  }
}

TEST(Activations, TellOfTheParametersThatAreTyped) {
  for (const char* typed : {"'leaky_relu 0.1'", "'leaky_relu(0.1)'"}) {
    const Ran ran = RunProgram(std::string("activations ") + typed);
    EXPECT_NE(ran.both().find("slope, 0.1 (0.01 where none is given)"), std::string::npos) << ran.both();
    EXPECT_NE(ran.both().find("leaky_relu(0.1) and its derivative"), std::string::npos) << ran.both();
  }
  EXPECT_NE(RunProgram("activations relu").both().find("saturates           on one side"), std::string::npos);
}

TEST(Activations, AsJsonAreTheTable) {
  const nlohmann::json family = nlohmann::json::parse(RunProgram("activations --json").output).at("activations");
  ASSERT_EQ(family.size(), Activations().size());
  for (size_t i = 0; i < family.size(); ++i) {
    const Activation& row = Activations()[i];
    EXPECT_EQ(family[i].at("name"), row.name);
    EXPECT_EQ(family[i].at("parameters").size(), row.parameters.size());
    EXPECT_EQ(family[i], nlohmann::json::parse(RunProgram("activations --json " + Name(row)).output));
  }
}

}  // namespace
}  // namespace ramp
