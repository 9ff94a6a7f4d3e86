// ramp serve: the explorer, in the browser.
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "ramp/base/error.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/finished_model.h"
#include "ramp/cli/interrupt.h"
#include "ramp/cli/output.h"
#include "ramp/web/server.h"

namespace ramp {
namespace {

struct ServeCommand {
  web::ServerOptions server;
  bool no_open = false;
};

// Where there is no browser, the address is printed all the same.
void OpenBrowser(const std::string& address) {
  std::string program = "xdg-open", argument = address;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int stream : {0, 1, 2}) ::posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", 2, 0);
  if (::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ) == 0) {
    std::thread([child] { ::waitpid(child, nullptr, 0); }).detach();
  }
  ::posix_spawn_file_actions_destroy(&actions);
}

// The page explains it as well, to those who look there.
void SayWhatIsWrong(const std::string& model, const std::string& data) {
  try {
    ReadDataFor(ReadFinishedModel(model), data, Progress());
  } catch (const Error& error) {
    PrintNote(std::string("ramp: ") + error.what());
  }
}

void RunServe(const ServeCommand& command) {
  const bool has_model = !command.server.model.empty();
  if (has_model != !command.server.data.empty()) {
    throw UsageError(has_model ? "a model is looked at on data: add --data DATA"
                               : "--data goes with a model: write it before --data");
  }
  if (has_model) SayWhatIsWrong(command.server.model, command.server.data);
  constexpr auto kBetweenLooks = std::chrono::milliseconds(50);
  const InterruptWatch watch;
  const web::Server server(command.server);
  PrintResult(server.address() + "\n");
  PrintNote("the explorer is at that address, for this machine alone; Ctrl-C ends it");
  if (!command.no_open) OpenBrowser(server.address());
  while (!watch.interrupted()) std::this_thread::sleep_for(kBetweenLooks);
}

}  // namespace

void AddServeCommand(CLI::App& app) {
  auto command = std::make_shared<ServeCommand>();
  CLI::App* serve = app.add_subcommand("serve", "The explorer: see networks train, in the browser");
  serve->add_option("MODEL", command->server.model, "A model file to look at");
  serve->add_option("--data", command->server.data, "Data for it, as raw as that of its training");
  serve->add_option("--port", command->server.port, "Port on this machine; 0: any that is free")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  serve->add_flag("--no-open", command->no_open, "Print the address, and open no browser");
  serve->footer(
      "The server answers nobody but this machine's browser, and nobody who does not know the address with its token.\n"
      "What the page trains stays in this program.");
  serve->callback([command] { RunServe(*command); });
}

}  // namespace ramp
