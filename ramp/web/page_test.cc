#include "ramp/web/page.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/lab/experiment.h"
#include "ramp/web/server.h"
#include "ramp/web/test_client.h"

namespace ramp::web {
namespace {

TEST(TheStream, HasAtMost30EventsASecondAndAlwaysTheNewest) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  client.Post("/api/play/start", {{"page", page}, {"state", {{"a", {{"epochs", 20000}}}, {"pace", 0}}}});
  TestStream stream(server, page);
  stream.WaitForPlay([](const Json& play) { return play["a"]["epoch"] > 50; });
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  client.Post("/api/play/pause", {{"page", page}});
  stream.WaitForPlay([](const Json& play) { return !play["training"].get<bool>(); });
  const std::vector<TestStream::Event> events = stream.events();
  ASSERT_GT(events.size(), 3u);
  const double seconds = events.back().seconds - events.front().seconds;
  EXPECT_LE(static_cast<double>(events.size()), 30 * seconds + 2);
  size_t points = 0, epoch = 0;
  uint64_t id = 0;
  for (const TestStream::Event& event : events) {
    // The same where a picture comes behind the figures of its moment.
    EXPECT_GE(event.id, id);
    id = event.id;
    const Json& curve = event.data["a"]["curve"];
    // What the page has up to `first`, and what comes.
    ASSERT_LE(curve["first"].get<size_t>(), points);
    points = curve["first"].get<size_t>() + curve["epoch"].size();
    EXPECT_GE(event.data["a"]["epoch"].get<size_t>(), epoch);
    epoch = event.data["a"]["epoch"];
  }
  EXPECT_GT(points, 40u);
}

TEST(TheStream, GoesOnBehindTheLastEvent) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  client.Post("/api/play/start", {{"page", page}, {"train", false}, {"state", {{"pace", 0}}}});
  uint64_t last = 0;
  {
    TestStream stream(server, page);
    stream.WaitForPlay([](const Json& play) { return play["a"].contains("picture"); });
    last = stream.events().back().id;
  }
  TestStream again(server, page, last);
  ASSERT_TRUE(WaitFor([&] { return !again.events("hello").empty(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(again.events().empty()) << "nothing has changed";
  client.Post("/api/play/step", {{"page", page}, {"epochs", 3}});
  const Json play = again.WaitForPlay([](const Json& now) { return now["a"]["epoch"] == 3; });
  EXPECT_EQ(again.events().front().data["a"]["curve"]["first"], 0) << "all of the curve";
}

TEST(TheStream, BringsWhatThePageDraws) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  const Json started = client.Post(
      "/api/play/start",
      {{"page", page},
       {"state", {{"a", {{"epochs", 5}}}, {"b", {{"learning_rate", 2}}}, {"look", {{"kinks", {{1, -1}}}}}}}});
  EXPECT_EQ(started["points"]["inputs"].size(), 2u);
  EXPECT_EQ(started["a"]["layers"].size(), 3u);
  TestStream stream(server, page);
  const Json play = stream.WaitForPlay(
      [](const Json& now) { return now["a"]["status"] == "finished" && now["a"].contains("picture"); });
  for (const char* run : {"a", "b"}) {
    EXPECT_EQ(play[run]["layers"].size(), 3u);
    EXPECT_EQ(play[run]["picture"]["kinks"].size(), 8u);
    EXPECT_TRUE(play[run]["command"]["text"].get<std::string>().starts_with("ramp train "));
  }
  bool shape = false;
  for (const TestStream::Event& event : stream.events()) shape = shape || event.data["a"].contains("shape");
  EXPECT_TRUE(shape);
  // A button of a finding, and the run goes on with it.
  const Json treated = client.Post("/api/play/remedy", {{"page", page}, {"run", "b"}, {"remedy", "lower-rate"}});
  EXPECT_EQ(treated["state"]["b"]["learning_rate"], 0.2);
  EXPECT_NE(treated["done"].get<std::string>().find("2 -> 0.2"), std::string::npos);
}

TEST(TheStream, IsGivenToThePageThatWasOpenedLast) {
  const Server server({});
  TestClient client(server);
  std::vector<std::string> pages;
  std::vector<std::unique_ptr<TestStream>> streams;
  for (size_t i = 0; i < Pages::kMostStreams + 2; ++i) {
    pages.push_back(client.OpenPage());
    streams.push_back(std::make_unique<TestStream>(server, pages.back()));
    ASSERT_TRUE(WaitFor([&] { return !streams.back()->events("hello").empty(); })) << i;
  }
  for (const size_t parked : {0, 1}) {
    EXPECT_TRUE(WaitFor([&] { return streams[parked]->ended(); }));
    EXPECT_EQ(streams[parked]->events("parked").size(), 1u);
    const TestStream back(server, pages[parked]);
    EXPECT_TRUE(WaitFor([&] { return back.ended(); }));
    EXPECT_EQ(back.status(), 204);
  }
  EXPECT_FALSE(streams.back()->ended());
  const TestStream awake(server, pages[0], 0, "&wake=1");
  EXPECT_TRUE(WaitFor([&] { return !awake.events("hello").empty(); }));
  EXPECT_FALSE(streams.back()->ended());
}

TEST(ThePage, StopsItsTrainingAndItsJobsWhenItIsClosed) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  client.Post("/api/play/start", {{"page", page}, {"state", EndlessState()}});
  Json endless = EndlessState();
  endless["data"] = {{"set", "spirals rows 20000"}};
  const std::string other = client.OpenPage();
  client.Post("/api/play/start", {{"page", other}, {"train", false}, {"state", endless}});
  auto stream = std::make_unique<TestStream>(server, page);
  auto job = std::make_unique<TestStream>(server, other);
  client.Post("/api/seeds", {{"page", other}, {"run", "a"}, {"seeds", 200}});
  stream->WaitForPlay([](const Json& play) { return play["a"]["epoch"] > 1; });
  const auto closed = std::chrono::steady_clock::now();
  stream->Close();
  job->Close();
  std::this_thread::sleep_until(closed + std::chrono::milliseconds(2000));
  // It stands where it was 2 s after the closing, also some time later; and what was at work has ended.
  const TestStream looking(server, other);
  ASSERT_TRUE(WaitFor([&] { return !looking.events("job").empty(); }));
  EXPECT_EQ(looking.events("job").back().data["status"], "stopped");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  TestStream again(server, page);
  const Json first = again.WaitForPlay([](const Json&) { return true; });
  EXPECT_LT(first["a"]["epoch"], 600) << "at 200 epochs a second it stood still";
  // It goes on now that it is watched again.
  again.WaitForPlay([&](const Json& play) { return play["a"]["epoch"] > first["a"]["epoch"]; });
}

TEST(TheJob, OfSeedsIsWhatTheCommandLineSaysOfEach) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  const Json state = {{"data", {{"set", "moons rows 100"}}}, {"seed", 3}, {"a", {{"epochs", 4}, {"learning_rate", 1}}}};
  client.Post("/api/play/start", {{"page", page}, {"train", false}, {"state", state}});
  TestStream stream(server, page);
  client.Post("/api/seeds", {{"page", page}, {"run", "a"}, {"seeds", 6}});
  ASSERT_TRUE(WaitFor([&] {
    const auto events = stream.events("job");
    return !events.empty() && events.back().data["status"] == "done";
  }));
  const Json result = stream.events("job").back().data["result"];
  ASSERT_EQ(result["seeds"].size(), 6u);
  EXPECT_EQ(result["seeds"][0]["seed"], 3);
  EXPECT_EQ(result["with_dead"]["of"], 6);
  EXPECT_NE(result["command"].get<std::string>().find("for seed in $(seq 3 8); do ramp train"), std::string::npos);
  EXPECT_LE(result["score"]["low"], result["score"]["mean"]);

  const std::string started =
      client.Post("/api/play/start", {{"page", page}, {"state", state}})["state"]["seed"].dump();
  EXPECT_EQ(started, "3");
  const std::string bad = page;
  client.Post("/api/job/stop", {{"page", page}, {"job", "j0"}}, 404);
  client.Post("/api/seeds", {{"page", page}, {"run", "a"}, {"seeds", 100000}}, 400);
}

TEST(TheJob, OfSpeedMeasuresAnActivation) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  TestStream stream(server, page);
  client.Post("/api/speed", {{"page", page}, {"names", {"relu"}}, {"size", 4096}});
  ASSERT_TRUE(WaitFor([&] {
    const auto events = stream.events("job");
    return !events.empty() && events.back().data["status"] == "done";
  }));
  const Json result = stream.events("job").back().data["result"];
  EXPECT_EQ(result["rows"][0]["name"], "relu");
  EXPECT_GT(result["rows"][0]["operations"][0]["nanoseconds"], 0);
}

TEST(TheLab, IsListedAndItsRunsCanBeStopped) {
  const Server server({});
  TestClient client(server);
  const Json experiments = Json::parse(client.Get("/api/lab")->body)["experiments"];
  ASSERT_EQ(experiments.size(), lab::Experiments().size());
  for (const Json& experiment : experiments) EXPECT_FALSE(experiment["expectation"].get<std::string>().empty());
  const std::string page = client.OpenPage();
  TestStream stream(server, page);
  const Json started = client.Post("/api/lab/run", {{"page", page}, {"name", "vanishing"}, {"size", "full"}});
  client.Post("/api/lab/run", {{"page", page}, {"name", experiments[0]["name"]}, {"size", "quick"}}, 429);
  client.Post("/api/job/stop", {{"page", page}, {"job", started["job"]}});
  EXPECT_TRUE(WaitFor([&] {
    const auto events = stream.events("job");
    return !events.empty() && events.back().data["status"] == "stopped";
  }));
}

// A folder for what is remembered, of this test alone.
class WithHistory : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "ramp_web_XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::setenv("RAMP_HOME", folder_.c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("RAMP_HOME");
    std::filesystem::remove_all(folder_);
  }
  std::string folder_;
};

TEST_F(WithHistory, AQuizIsAskedMarkedAndRated) {
  const Server server({});
  TestClient client(server);
  const Json quiz = Json::parse(client.Get("/api/quiz?quiz=1&seed=7")->body);
  EXPECT_EQ(quiz["seed"], 7);
  EXPECT_EQ(quiz["questions"].size(), 3u);
  EXPECT_TRUE(quiz["rating"].is_null());
  EXPECT_EQ(Dump(quiz).find("\"right\""), std::string::npos) << "the answers are not told";
  const Json none = client.Post("/api/quiz/answer", {{"quiz", 1}, {"seed", 7}, {"answers", Json::object()}});
  EXPECT_EQ(none["points"], 0);
  Json answers = Json::object();
  for (const Json& question : none["questions"]) answers[question["id"].get<std::string>()] = question["right"];
  const Json all = client.Post("/api/quiz/answer", {{"quiz", 1}, {"seed", 7}, {"answers", answers}});
  EXPECT_EQ(all["points"], all["of"]);
  EXPECT_EQ(client.Post("/api/quiz/rate", {{"quiz", 1}, {"stars", 4}})["rating"], 4);
  EXPECT_EQ(client.Post("/api/quiz/rate", {{"quiz", 1}, {"stars", 5}})["rating"], 4.5);
  client.Post("/api/quiz/rate", {{"quiz", 1}, {"stars", 6}}, 400);
  EXPECT_EQ(StatusOf(client.Get("/api/quiz?quiz=99")), 400);
}

TEST_F(WithHistory, RunsOfTheTerminalAreShownAndDeleted) {
  const Server server({});
  TestClient client(server);
  EXPECT_TRUE(Json::parse(client.Get("/api/runs")->body)["runs"].empty());
  const std::string page = client.OpenPage();
  client.Post("/api/play/start",
              {{"page", page}, {"train", false}, {"state", {{"look", {{"runs", true}, {"pictures", 0}}}}}});
  const TestStream stream(server, page);
  ASSERT_TRUE(WaitFor([&] { return !stream.events("hello").empty(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const std::string command = std::string(RAMP_PROGRAM) +
                              " train 'moons rows 300' --epochs 3 --threads 1 --quiet --out " + folder_ +
                              "/m.onnx > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_TRUE(WaitFor([&] { return !stream.events("runs").empty(); }));
  const Json runs = Json::parse(client.Get("/api/runs?limit=5")->body)["runs"];
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0]["outcome"], "finished");
  EXPECT_EQ(runs[0]["seed"], 1);
  const std::string id = runs[0]["id"];
  const Json run = Json::parse(client.Get("/api/runs/" + id)->body);
  EXPECT_EQ(run["epochs"].size(), 3u);
  EXPECT_TRUE(run["settings"].is_object());
  EXPECT_EQ(client.Post("/api/runs/delete", {{"id", id}})["id"], id);
  EXPECT_TRUE(Json::parse(client.Get("/api/runs")->body)["runs"].empty());
  EXPECT_EQ(StatusOf(client.Get("/api/runs/" + id)), 400);
}

TEST(TheFamily, IsTheTableWithItsErrors) {
  const Server server({});
  TestClient client(server);
  const Json family = Json::parse(client.Get("/api/activations")->body)["activations"];
  ASSERT_EQ(family.size(), Activations().size());
  for (const Json& row : family) EXPECT_FALSE(row["ulp"].empty()) << row["name"];
  const Json curve = client.Post("/api/curve", {{"name", "relu"}, {"at", {-2, 0, 3}}});
  EXPECT_EQ(curve["value"], Json::array({0.0, 0.0, 3.0}));
  EXPECT_EQ(curve["slope"], Json::array({0.0, 0.0, 1.0}));
  EXPECT_EQ(client.Post("/api/curve", {{"name", "elu"}, {"low", -1}, {"high", 1}, {"count", 11}})["x"].size(), 11u);
}

TEST(TheModel, IsLookedAtOnItsData) {
  std::string folder = (std::filesystem::temp_directory_path() / "ramp_web_XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string model = folder + "/moons.onnx";
  const std::string command = std::string(RAMP_PROGRAM) +
                              " train 'moons rows 300' --epochs 3 --threads 1 --quiet --no-record --out " + model +
                              " > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Server server({.model = model, .data = "moons rows 300"});
  TestClient client(server);
  Json view;
  ASSERT_TRUE(WaitFor([&] {
    view = Json::parse(client.Get("/api/model")->body);
    return !view.contains("waiting");
  }));
  EXPECT_EQ(view["name"], "moons.onnx") << Dump(view);
  EXPECT_EQ(view["rows"], 300);
  EXPECT_EQ(view["layers"].size(), 3u);
  EXPECT_GT(view["score"], 0.5);
  EXPECT_GT(view["picture"]["regions"]["count"], 1);
  EXPECT_EQ(Json::parse(client.Get("/api/tables")->body)["parts"].back(), "model");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ramp::web
