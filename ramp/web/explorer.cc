#include "ramp/web/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ramp/web/command_line.h"
#include "ramp/web/family.h"
#include "ramp/web/history_view.h"
#include "ramp/web/lab_job.h"
#include "ramp/web/seeds_job.h"
#include "ramp/web/speed_job.h"
#include "ramp/web/tables.h"

namespace ramp::web {
namespace {

// There is no such thing.
class NotThere : public Error {
 public:
  using Error::Error;
};

// There is no such page.
class NoPage : public Error {
 public:
  using Error::Error;
};

PagePointer PageOf(Explorer& explorer, Fields& fields) {
  const PagePointer page = explorer.FindPage(fields.Text("page", 64));
  if (!page) throw NoPage("there is no such page: the server was started anew, or has forgotten it");
  return page;
}

// ---- Play

Json OpenPage(Explorer& explorer, Fields&) { return {{"page", explorer.pages().Open()->id()}}; }

State StateOf(Fields& fields) {
  State state = StartState();
  ReadState(fields.Get("state"), "state", state);
  return state;
}

Json Check(Explorer&, Fields& fields) {
  const State state = StateOf(fields);
  const PlayDataPointer data = MakePlayData(state.data, state.seed);
  Json runs = Json::array();
  const auto add = [&](const char* place, const Settings& settings) {
    try {
      const PlayRun run(data, state.seed, {.settings = settings});
      runs.push_back({{"network", run.network().Text()},
                      {"parameters", run.network().parameter_count()},
                      {"command", CommandJson(state, settings, "")}});
    } catch (const UsageError& error) {
      throw FieldError(place, error.what());
    }
  };
  add("state.a", state.a);
  if (state.b) add("state.b", *state.b);
  return {{"state", ToJson(state)}, {"runs", runs}};
}

Json Start(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  bool train = true;
  fields.Read("train", train);
  return page->play().Start(StateOf(fields), train);
}

Json Train(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  std::optional<double> pace;
  if (fields.Find("pace") != nullptr) pace = fields.Number("pace", 0, kMostPace);
  page->play().Train(pace);
  return Json::object();
}

Json Pause(Explorer& explorer, Fields& fields) {
  PageOf(explorer, fields)->play().Pause();
  return Json::object();
}

Json Step(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  size_t steps = 1, epochs = 0;
  fields.Read("steps", steps, 1, 100000);
  fields.Read("epochs", epochs, 1, kMostEpochs);
  page->play().Step(steps, epochs);
  return Json::object();
}

Json Reset(Explorer& explorer, Fields& fields) {
  PageOf(explorer, fields)->play().Reset();
  return Json::object();
}

Json Undo(Explorer& explorer, Fields& fields) { return PageOf(explorer, fields)->play().Undo(); }

Json Change(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  return page->play().Change(ReadRun(fields, "run"), fields.Get("settings"));
}

Json SetWeight(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  const size_t run = ReadRun(fields, "run");
  const size_t layer = fields.Whole("layer", 1, kMostNodes), unit = fields.Whole("unit", 0, kMostParameters);
  const double input = fields.Number("input", -1, kMostParameters);
  if (input != std::floor(input)) fields.Fail("input", "is a whole number, or -1 for the bias");
  page->play().SetWeight(run, layer, unit, static_cast<int>(input), fields.Number("value", -1e6, 1e6));
  return Json::object();
}

Json Treat(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  return page->play().ApplyRemedy(ReadRun(fields, "run"), fields.Text("remedy", 60));
}

Json SetLook(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  return page->play().SetLook(fields.Get("look"));
}

// ---- Jobs

Json RunSeeds(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  const size_t run = ReadRun(fields, "run");
  SeedsRequest request;
  request.run = fields.Text("run", 1);
  fields.Read("seeds", request.count, 2, kMostSeeds);
  bool started = false;
  page->play().Look([&](const SharedPlay& shared) {
    if (!shared.runs[run]) return;
    started = true;
    request.data = shared.state.data;
    request.first = shared.state.seed;
    request.settings = shared.runs[run]->settings;
  });
  if (!started) throw Conflict("nothing was started yet");
  return {{"job", page->jobs().Start("seeds", SeedsJob(std::move(request)))}};
}

Json MeasureSpeed(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  std::vector<const Activation*> activations;
  if (const Json* names = fields.Find("names")) {
    if (!names->is_array() || names->empty() || names->size() > Activations().size()) {
      fields.Fail("names", "is a list of activations");
    }
    for (const Json& name : *names) {
      if (!name.is_string()) fields.Fail("names", "is a list of names");
      activations.push_back(&FindActivation(name.get_ref<const std::string&>().substr(0, 60)));
    }
  } else {
    for (const Activation& row : Activations()) activations.push_back(&row);
  }
  size_t size = size_t{1} << 18;
  fields.Read("size", size, kLeastSpeedSize, kMostSpeedSize);
  return {{"job", page->jobs().Start("speed", SpeedJob(std::move(activations), size))}};
}

Json RunLab(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  return {{"job", page->jobs().Start("lab", LabJob(fields))}};
}

Json Predict(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  return {{"job", page->jobs().Start("predict", PredictJob(fields))}};
}

Json StopJob(Explorer& explorer, Fields& fields) {
  const PagePointer page = PageOf(explorer, fields);
  if (!page->jobs().Stop(fields.Text("job", 40))) throw NotThere("there is no such job");
  return Json::object();
}

// ---- The routes

struct PostRoute {
  std::string_view path;
  std::string_view fields;  // that may be in the body
  Json (*answer)(Explorer& explorer, Fields& fields);
};
constexpr PostRoute kPostRoutes[] = {
    {"/api/open", "", OpenPage},
    {"/api/check", "state", Check},
    {"/api/play/start", "page state train", Start},
    {"/api/play/train", "page pace", Train},
    {"/api/play/pause", "page", Pause},
    {"/api/play/step", "page steps epochs", Step},
    {"/api/play/reset", "page", Reset},
    {"/api/play/undo", "page", Undo},
    {"/api/play/change", "page run settings", Change},
    {"/api/play/weight", "page run layer unit input value", SetWeight},
    {"/api/play/remedy", "page run remedy", Treat},
    {"/api/play/look", "page look", SetLook},
    {"/api/seeds", "page run seeds", RunSeeds},
    {"/api/speed", "page names size", MeasureSpeed},
    {"/api/lab/run", "page name size seeds seed", RunLab},
    {"/api/quiz/answer", "quiz seed answers", [](Explorer&, Fields& fields) { return MarkQuiz(fields); }},
    {"/api/quiz/predict", "page quiz seed id answer", Predict},
    {"/api/quiz/rate", "quiz stars points questions", [](Explorer&, Fields& fields) { return RateQuiz(fields); }},
    {"/api/runs/delete", "id", [](Explorer&, Fields& fields) { return DeleteRun(fields.Text("id", 64)); }},
    {"/api/job/stop", "page job", StopJob},
    {"/api/curve", "name parameters low high count at",
     [](Explorer&, Fields& fields) { return CurveOfActivation(fields); }},
};

// "" where it is absent.
std::string ValueOf(const Explorer::Query& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

size_t LimitOf(const Explorer::Query& query) {
  constexpr size_t kMostRuns = 1000;
  const size_t asked = std::strtoul(ValueOf(query, "limit").c_str(), nullptr, 10);
  return asked == 0 ? kMostRuns : std::min(asked, kMostRuns);
}

struct GetRoute {
  std::string_view path;
  Json (*answer)(Explorer& explorer, const Explorer::Query& query);
};
constexpr GetRoute kGetRoutes[] = {
    {"/api/tables",
     [](Explorer& explorer, const Explorer::Query&) {
       Json parts = Json::array({"play", "family", "lab", "quiz", "runs"});
       if (explorer.model() != nullptr) parts.push_back("model");
       return TablesJson(parts);
     }},
    {"/api/model",
     [](Explorer& explorer, const Explorer::Query&) {
       if (explorer.model() == nullptr) throw NotThere("no model was given: ramp serve MODEL --data DATA");
       return explorer.model()->Answer();
     }},
    {"/api/quiz",
     [](Explorer&, const Explorer::Query& query) { return QuizJson(ValueOf(query, "quiz"), ValueOf(query, "seed")); }},
    {"/api/runs", [](Explorer&, const Explorer::Query& query) { return RunsJson(LimitOf(query)); }},
    {"/api/lab", [](Explorer&, const Explorer::Query&) { return ExperimentsJson(); }},
    {"/api/activations", [](Explorer&, const Explorer::Query&) { return FamilyJson(); }},
};

// What it throws as an answer with a sentence.
template <class Ask>
Answer Answered(const Ask& ask) {
  try {
    return {.body = Dump(ask())};
  } catch (const FieldError& error) {
    return RefusalAnswer(400, error.what(), "", error.field());
  } catch (const NoPage& error) {
    return RefusalAnswer(404, error.what(), "page");
  } catch (const NotThere& error) {
    return RefusalAnswer(404, error.what());
  } catch (const Busy& error) {
    return RefusalAnswer(429, error.what());
  } catch (const NoRoom& error) {
    return RefusalAnswer(503, error.what());
  } catch (const Conflict& error) {
    return RefusalAnswer(409, error.what());
  } catch (const Error& error) {
    return RefusalAnswer(400, error.what());
  } catch (const std::bad_alloc&) {
    return RefusalAnswer(400, "there is not enough memory for this: ask for less");
  } catch (const std::exception& error) {
    return RefusalAnswer(500, fmt::format("the server made a mistake: {}", error.what()));
  }
}

template <class Routes>
auto FindRoute(const Routes& routes, const std::string& path) {
  return std::ranges::find_if(routes, [&](const auto& route) { return route.path == path; });
}

}  // namespace

Answer RefusalAnswer(int status, std::string_view sentence, std::string_view code, std::string_view field) {
  Json json = {{"error", sentence}};
  if (!field.empty()) json["field"] = field;
  if (!code.empty()) json["code"] = code;
  return {.status = status, .body = Dump(json)};
}

Explorer::Explorer(const std::string& model, const std::string& data) {
  if (!model.empty()) model_ = std::make_unique<ModelView>(model, data);
}

Answer Explorer::Get(const std::string& path, const Query& query) {
  const auto route = FindRoute(kGetRoutes, path);
  if (route == std::end(kGetRoutes)) {
    constexpr std::string_view kRun = "/api/runs/";
    const bool posts = FindRoute(kPostRoutes, path) != std::end(kPostRoutes);
    if (path.starts_with(kRun) && !posts)
      return Answered([&] { return RecordedRunJson(path.substr(kRun.size(), 64)); });
    if (posts) return RefusalAnswer(405, path + " takes a POST");
    return RefusalAnswer(404, "there is nothing at this address");
  }
  return Answered([&] { return route->answer(*this, query); });
}

Answer Explorer::Post(const std::string& path, std::string_view body) {
  const auto route = FindRoute(kPostRoutes, path);
  if (route == std::end(kPostRoutes)) {
    if (FindRoute(kGetRoutes, path) != std::end(kGetRoutes)) return RefusalAnswer(405, path + " takes a GET");
    return RefusalAnswer(404, "there is nothing at this address");
  }
  return Answered([&] {
    const Json json = ParseObject(body);
    Fields fields(json, "");
    fields.AllowOnly(route->fields);
    return route->answer(*this, fields);
  });
}

}  // namespace ramp::web
