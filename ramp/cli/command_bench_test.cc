// ramp bench, as a program that people run. No test looks at how fast anything is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "ramp/activation/activation.h"
#include "ramp/base/file.h"
#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

TEST(Bench, OfOneActivationTellsMachineLimitsAndSpeeds) {
  const Ran ran = RunProgram("bench relu --quick --sizes 64,4Ki");
  EXPECT_EQ(ran.status, 0) << ran.both();
  for (const char* part :
       {" GHz", "multiply-adds", "\n64 floats", "\n4 Ki floats", "copy ", "past the cache", "\nrelu ", "GB/s"}) {
    EXPECT_NE(ran.output.find(part), std::string::npos) << part << " in: " << ran.output;
  }
  EXPECT_NE(ran.errors.find("left"), std::string::npos);
  for (size_t from = 0, to = 0; (to = ran.output.find('\n', from)) != std::string::npos; from = to + 1) {
    EXPECT_LE(to - from, 110u) << ran.output.substr(from, to - from);
  }
}

TEST(Bench, AsJsonIsOneDocumentWithEveryOperation) {
  const Ran ran = RunProgram("bench relu sigmoid relu --quick --sizes 1000,4096 --threads 1 --json --quiet");
  ASSERT_EQ(ran.status, 0) << ran.both();
  EXPECT_EQ(ran.errors, "");
  const nlohmann::json report = nlohmann::json::parse(ran.output);
  EXPECT_EQ(report.at("complete"), true);
  EXPECT_EQ(report.at("threads"), 1);
  EXPECT_GT(report.at("multiply_adds_per_second"), 0);
  EXPECT_FALSE(report.at("machine").at("instruction_set").get<std::string>().empty());
  ASSERT_EQ(report.at("limits").size(), 2u);
  for (const auto& limit : report.at("limits")) {
    for (const char* name : {"copy", "copy_past_the_cache", "triad", "triad_past_the_cache"}) {
      EXPECT_GT(limit.at(name), 0) << name;
    }
  }
  std::set<std::string> seen;
  for (const auto& result : report.at("results")) {
    seen.insert(result.at("activation").get<std::string>() + " " + result.at("operation").get<std::string>() + " " +
                result.at("size").dump());
    for (const char* name : {"ns", "gigabytes_per_second", "limit_ns", "share_of_limit", "multiply_adds"}) {
      EXPECT_GT(result.at(name), 0) << name;
    }
    EXPECT_NEAR(result.at("share_of_limit").get<double>(),
                result.at("limit_ns").get<double>() / result.at("ns").get<double>(), 1e-9);
    EXPECT_EQ(result.contains("from"), result.at("operation") == "backward");
  }
  EXPECT_EQ(report.at("results").size(), 12u) << "two activations, two sizes, three operations; relu once";
  EXPECT_EQ(seen.size(), 12u);
}

TEST(Bench, DrawsAChart) {
  const TestFolder folder;
  const Ran ran = RunProgram("bench relu --quick --sizes 64 --svg " + folder / "a.svg" + " --png " + folder / "a.png");
  ASSERT_EQ(ran.status, 0) << ran.both();
  const std::string svg = ReadFileWhole(folder / "a.svg");
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
  for (const char* part : {">relu<", ">backward<", ">64 floats<", "limit<"}) {
    EXPECT_NE(svg.find(part), std::string::npos) << part;
  }
  EXPECT_TRUE(ReadFileWhole(folder / "a.png").starts_with("\x89PNG"));
}

TEST(Bench, ExplainsAWrongRequest) {
  const struct {
    const char* arguments;
    const char* says;
    int status;
  } cases[] = {{"bench rellu", "did you mean 'relu'", 2},
               {"bench relu --sizes 0", "is no size", 2},
               {"bench relu --sizes 4Ki,", "is no size", 2},
               {"bench relu --sizes 4Xi", "is no size", 2},
               {"bench relu --sizes -5", "is no size", 2},
               {"bench relu --sizes 99999999999999999999", "is no size", 2},
               {"bench relu --sizes 999999Gi", "is no size", 2},
               {"bench relu --threads 0", "--threads", 2},
               {"bench relu --threads 1024", "more than this machine has", 2},
               {"bench relu --svg /no/such/folder/a.svg", "/no/such/folder", 1},
               {"bench relu --png /no/such/folder/a.png", "/no/such/folder", 1}};
  for (const auto& one : cases) {
    const Ran ran = RunProgram(one.arguments);
    EXPECT_EQ(ran.status, one.status) << one.arguments;
    EXPECT_NE(ran.both().find(one.says), std::string::npos) << one.arguments << ": " << ran.both();
    EXPECT_EQ(ran.output, "") << one.arguments;
  }
}

TEST(Bench, EndsOnAnInterruptWithWhatItHas) {
  const TestFolder folder;
  const std::string progress = folder.Write("progress", "");
  const Ran ran = RunProgram(
      fmt::format("bench --json 2>{0} & until grep -q left {0}; do sleep 0.05; done; kill -INT $!; wait $!", progress));
  EXPECT_EQ(ran.status, 130);
  EXPECT_EQ(nlohmann::json::parse(ran.output).at("complete"), false);
}

}  // namespace
}  // namespace ramp
