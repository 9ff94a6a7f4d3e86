#include "ramp/web/play.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>

#include "ramp/health/remedies.h"
#include "ramp/web/command_line.h"
#include "ramp/web/remedy_settings.h"
#include "ramp/web/test_client.h"
#include "ramp/web/viewer.h"

namespace ramp::web {
namespace {

// The page's side, without a server.
class Player {
 public:
  Play& play() { return play_; }
  SharedPlay Now() {
    SharedPlay now;
    play_.Look([&](const SharedPlay& shared) { now = shared; });
    return now;
  }
  // Once it has stopped by itself.
  SharedPlay Rested() {
    EXPECT_TRUE(WaitFor([&] { return !Now().training; }, 60));
    return Now();
  }

 private:
  std::atomic<uint64_t> clock_ = 0;
  Play play_{[this] { return ++clock_; }};
};

State SmallState(size_t epochs) {
  State state = StartState();
  state.data.set = "moons rows 200";
  state.pace = 0;
  state.a.training.learning_rate = 0.1;
  state.a.training.epochs = epochs;
  return state;
}

// What a program prints.
std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (size_t got = 0; (got = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) output.append(buffer, got);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return output;
}

TEST(ThePlay, GivesTheNumbersOfTheCommandThatItShows) {
  const std::string folder = (std::filesystem::temp_directory_path() / "ramp_web_XXXXXX").string();
  std::string made = folder;
  ASSERT_NE(::mkdtemp(made.data()), nullptr);
  std::string csv = "x,y,colour\n";
  for (int i = 0; i < 120; ++i) {
    csv += std::to_string(i % 11) + "," + std::to_string(i * i % 17) + (i * i % 5 < 2 ? ",red\n" : ",blue\n");
  }
  struct Case {
    std::string name;
    std::function<void(State&)> change;
  };
  const Case cases[] = {
      {"as it starts", [](State&) {}},
      {"another optimizer, clipping and a schedule",
       [](State& state) {
         state.seed = 7;
         state.a.training.optimizer = Optimizers()[2].name;
         state.a.training.clip_norm = 0.5;
         state.a.training.skip_norm = 3;
         state.a.training.schedule = "cosine";
         state.a.network = "dense 6, batchnorm, relu, dropout 0.2, dense 5, tanh, dense";
       }},
      {"a regression", [](State& state) { state.data.set = "sine rows 300, waves 1"; }},
      {"a table",
       [&](State& state) { state.data = {.csv = std::make_shared<const std::string>(csv), .name = "points.csv"}; }},
  };
  for (const Case& c : cases) {
    State state = SmallState(6);
    c.change(state);
    Player player;
    player.play().Start(state, true);
    const SharedRun run = *player.Rested().runs[0];
    std::ofstream(made + "/points.csv") << csv;
    const std::string command = TrainCommand(state.data, std::to_string(state.seed), state.a);
    ASSERT_TRUE(command.starts_with("ramp train "));
    const Json told = Json::parse(OutputOf("cd " + made + " && " + RAMP_PROGRAM + command.substr(4) +
                                           " --json --quiet --no-record --out model.onnx"));
    ASSERT_EQ(told["epochs"].size(), 6u) << command;
    // The first point is the start.
    ASSERT_EQ(run.curve.points().size(), 7u) << c.name;
    for (size_t epoch = 1; epoch <= 6; ++epoch) {
      const EpochFigures& figures = run.curve.points()[epoch].figures;
      const Json& line = told["epochs"][epoch - 1];
      EXPECT_EQ(figures.train.loss, line["train_loss"].get<double>()) << c.name << ", epoch " << epoch << command;
      EXPECT_EQ(figures.valid.loss, line["valid_loss"].get<double>()) << c.name << ", epoch " << epoch;
    }
    // Findings, too.
    ASSERT_EQ(run.figures.findings.size(), told["health"]["findings"].size()) << c.name;
    for (size_t i = 0; i < run.figures.findings.size(); ++i) {
      EXPECT_EQ(run.figures.findings[i].what, told["health"]["findings"][i]["what"].get<std::string>()) << c.name;
    }
  }
  std::filesystem::remove_all(made);
}

TEST(ThePlay, TrainsTwoRunsSideBySideFromOneSeed) {
  State state = SmallState(20);
  state.b = state.a;
  Player player;
  player.play().Start(state, true);
  const SharedPlay same = player.Rested();
  EXPECT_EQ(same.runs[0]->moment.parameters, same.runs[1]->moment.parameters);
  state.b->training.learning_rate = 0.3;
  player.play().Start(state, true);
  const SharedPlay other = player.Rested();
  EXPECT_EQ(other.runs[0]->moment.parameters, same.runs[0]->moment.parameters);
  EXPECT_NE(other.runs[1]->moment.parameters, same.runs[1]->moment.parameters);
  EXPECT_EQ(other.runs[0]->curve.points()[0].figures.train.loss, other.runs[1]->curve.points()[0].figures.train.loss);
}

TEST(ThePlay, StepsPausesAndGoesOnToTheSameBits) {
  const State state = SmallState(5);
  Player straight;
  straight.play().Start(state, true);
  const SharedRun all = *straight.Rested().runs[0];
  Player player;
  player.play().Start(state, false);
  EXPECT_EQ(player.Now().runs[0]->figures.status, RunStatus::kWaiting);
  player.play().Step(1, 0);
  EXPECT_EQ(player.Rested().runs[0]->figures.steps, 1u);
  player.play().Step(1, 2);
  EXPECT_EQ(player.Rested().runs[0]->figures.now.epoch, 2u);
  EXPECT_EQ(player.Now().runs[0]->figures.status, RunStatus::kPaused);
  player.play().Train({});
  EXPECT_EQ(player.Rested().runs[0]->moment.parameters, all.moment.parameters);
  EXPECT_EQ(player.Now().runs[0]->figures.status, RunStatus::kFinished);
}

TEST(ThePlay, UndoesWhatWasDoneLast) {
  const State state = SmallState(1000);
  Player player;
  player.play().Start(state, false);
  const std::vector<float> start = player.Now().runs[0]->moment.parameters;
  player.play().Step(1, 3);
  const std::vector<float> stepped = player.Rested().runs[0]->moment.parameters;
  player.play().SetWeight(0, 1, 2, 0, 5.5);
  const SharedPlay edited = player.Now();
  EXPECT_NE(edited.runs[0]->moment.parameters, stepped);
  EXPECT_NE(edited.runs[0]->figures.by_hand.find("changed by hand after epoch 3"), std::string::npos);
  player.play().Change(0, {{"learning_rate", 0.5}});
  EXPECT_EQ(player.Now().state.a.training.learning_rate, 0.5);
  player.play().Reset();
  EXPECT_EQ(player.Now().runs[0]->moment.parameters, start);
  EXPECT_EQ(player.Now().undo, 4u);

  player.play().Undo();  // of the reset
  EXPECT_EQ(player.Now().runs[0]->moment.parameters, edited.runs[0]->moment.parameters);
  player.play().Undo();  // of the rate
  EXPECT_EQ(player.Now().state.a.training.learning_rate, 0.1);
  player.play().Undo();  // of the weight
  EXPECT_EQ(player.Now().runs[0]->moment.parameters, stepped);
  EXPECT_EQ(player.Now().runs[0]->curve.points().size(), 4u);
  player.play().Undo();  // of the step
  EXPECT_EQ(player.Now().runs[0]->moment.parameters, start);
  EXPECT_THROW(player.play().Undo(), Conflict);
}

TEST(ThePlay, GoesOnWithOtherKnobsAndBeginsAnewWithAnotherNetwork) {
  State state = SmallState(1000);
  state.b = state.a;
  Player player;
  player.play().Start(state, false);
  player.play().Step(1, 2);
  player.Rested();
  const Json kept = player.play().Change(1, {{"optimizer", Optimizers()[2].name}, {"batch", 7}});
  EXPECT_FALSE(kept["restarted"]);
  EXPECT_EQ(player.Now().runs[1]->figures.now.epoch, 2u);
  player.play().Step(1, 1);
  EXPECT_EQ(player.Rested().runs[1]->figures.now.epoch, 3u);
  const Json anew = player.play().Change(1, {{"network", "dense 3, tanh, dense"}});
  EXPECT_TRUE(anew["restarted"]);
  EXPECT_EQ(player.Now().runs[0]->figures.now.epoch, 0u);
  EXPECT_EQ(player.Now().runs[1]->figures.now.epoch, 0u);
  EXPECT_THROW(player.play().Change(0, {{"network", "dense 3, tahn, dense"}}), FieldError);
  EXPECT_EQ(player.Now().runs[1]->settings.network, "dense 3, tanh, dense");
}

TEST(ThePlay, RestsWhileNobodyWatches) {
  Player player;
  State state = SmallState(20000);
  state.pace = 300;
  player.play().Start(state, true);
  EXPECT_TRUE(WaitFor([&] { return player.Now().runs[0]->figures.now.epoch > 3; }));
  player.play().Rest();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const uint64_t version = player.Now().version;
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(player.Now().version, version);
  player.play().Wake();
  EXPECT_TRUE(WaitFor([&] { return player.Now().version > version; }));
}

TEST(ThePlay, KeepsToItsPace) {
  Player player;
  State state = SmallState(20000);
  state.pace = 50;
  player.play().Start(state, true);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  player.play().Pause();
  EXPECT_LE(player.Now().runs[0]->figures.now.epoch, 30u);
  EXPECT_GE(player.Now().runs[0]->figures.now.epoch, 2u);
}

TEST(TheFates, TellBornDeadFromDiedAndRevived) {
  LayerFates fates;
  fates.Note({false, true, true, false});
  EXPECT_EQ(fates.fates, (std::vector<Fate>{Fate::kBornDead, Fate::kAlive, Fate::kAlive, Fate::kBornDead}));
  fates.Note({false, false, true, true});
  EXPECT_EQ(fates.fates, (std::vector<Fate>{Fate::kBornDead, Fate::kDied, Fate::kAlive, Fate::kRevived}));
  fates.Note({false, true, true, false});
  EXPECT_EQ(fates.fates, (std::vector<Fate>{Fate::kBornDead, Fate::kRevived, Fate::kAlive, Fate::kDied}));
}

TEST(TheCurve, IsThinnedAndKeepsItsEnds) {
  Curve curve;
  for (size_t epoch = 0; epoch <= 10000; ++epoch) curve.Add({.figures = {.epoch = epoch}});
  EXPECT_EQ(curve.stride(), 8u);
  EXPECT_LE(curve.points().size(), Curve::kMostPoints);
  EXPECT_EQ(curve.points().front().figures.epoch, 0u);
  EXPECT_EQ(curve.points().back().figures.epoch, 10000u);
  EXPECT_GT(curve.generation(), 0u);
}

TEST(EveryRemedy, ThatAButtonAppliesIsOneOfTheDoctorsAndChangesTheSettings) {
  size_t applied = 0;
  for (const Remedy& remedy : Remedies()) {
    if (!CanApply(remedy.name)) continue;
    State state = StartState();
    state.a.network = "dense 8, sigmoid, dense 8, relu, dense 2, relu";
    state.a.training.weight_decay = 0.1;
    state.a.training.initial_gain = 3;
    const Json before = ToJson(state.a);
    RunFigures figures;
    figures.layers.push_back({.died = 2});
    const RemedyDone done = ApplyRemedy(remedy.name, figures, state.a);
    const bool treats = !done.treatment.empty() && done.treatment == remedy.treatment;
    EXPECT_EQ(done.sentence.empty(), treats) << remedy.name;
    EXPECT_EQ(ToJson(state.a) == before, treats) << remedy.name;
    PlayRun(MakePlayData(state.data, 1), 1, {.settings = state.a});
    ++applied;
  }
  EXPECT_EQ(applied, AppliedRemedies().size());
  State state = StartState();
  EXPECT_THROW(ApplyRemedy("more-data", {}, state.a), UsageError);
  EXPECT_THROW(ApplyRemedy("lower-rat", {}, state.a), UsageError);
}

TEST(ATreatment, DrawsDeadUnitsAnewInTheRunningTrainingWithoutAChangeOfTheAnswers) {
  State state = SmallState(1000);
  state.data.set = "circles rows 200";
  state.a.training.learning_rate = 1.5;
  Player player;
  player.play().Start(state, false);
  player.play().Step(1, 30);
  const SharedRun before = *player.Rested().runs[0];
  size_t dead = 0;
  for (const LayerFigures& layer : before.figures.layers) dead += layer.born_dead + layer.died;
  ASSERT_GT(dead, 0u);
  const Json treated = player.play().ApplyRemedy(0, "recycle-units");
  player.play().Pause();
  EXPECT_NE(treated["done"].get<std::string>().find(std::to_string(dead) + " dead"), std::string::npos);
  EXPECT_FALSE(treated["restarted"]);
  const SharedRun after = *player.Rested().runs[0];
  EXPECT_GE(after.figures.steps, before.figures.steps) << "it goes on where it was";
  EXPECT_NE(after.figures.by_hand.find("new weights"), std::string::npos) << "the command cannot repeat it";
  player.play().Undo();
  EXPECT_EQ(player.Now().runs[0]->moment.parameters, before.moment.parameters);

  const PlayDataPointer data = MakePlayData(state.data, state.seed);
  PlayRun run(data, state.seed, {.settings = state.a});
  EXPECT_FALSE(run.Treated("recycle-units", "recycle-units")) << "nothing is dead at the start";
  while (run.epoch() < 30) run.Advance(1000);
  SavedRun saved = run.Save();
  saved.state = run.Treated("recycle-units", "recycle-units")->course.state;
  PlayRun recycled(data, state.seed, saved);
  recycled.Evaluate();
  const double loss = run.Figures().now.test.loss;
  EXPECT_NEAR(recycled.Figures().now.test.loss, loss, 1e-6 * loss);
}

TEST(ATreatment, ThatFindsNothingToDoSaysSo) {
  Player player;
  player.play().Start(SmallState(10), false);
  EXPECT_THROW(player.play().ApplyRemedy(0, "rescale-layers"), Conflict);
}

TEST(TheState, IsTheSameWhenItIsReadBack) {
  State state = StartState();
  ReadState(Json::parse(R"({"seed": 5, "data": {"csv": "a,b\n1,2\n", "target": "b"}, "b": {"batch": 3}, "pace": 2.5,
      "look": {"run": "b", "axes": [1, 0], "kinks": [[1, -1], [2, 3]], "unit": 0, "runs": true}})"),
            "state", state);
  State again;
  ReadState(ToJson(state), "state", again);
  EXPECT_EQ(ToJson(again), ToJson(state));
  EXPECT_EQ(again.b->training.batch, 3u);
  EXPECT_EQ(again.b->network, StartState().a.network);
}

}  // namespace
}  // namespace ramp::web
