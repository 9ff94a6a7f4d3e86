// What `ramp train` was asked for, and the two ways to do it: one network, or several that answer together.
#ifndef RAMP_CLI_TRAIN_COMMAND_H_
#define RAMP_CLI_TRAIN_COMMAND_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ramp/cli/interrupt.h"
#include "ramp/cli/training_report.h"
#include "ramp/data/source.h"
#include "ramp/network/network.h"
#include "ramp/training/checkpoint.h"
#include "ramp/training/trainer.h"

namespace CLI {
class App;
}

namespace ramp {

struct TrainCommand {
  std::string program;             // as it was called
  std::vector<std::string> words;  // of the command line
  DataRequest data;
  TrainingOptions training = {.patience = 5};
  std::string network;
  std::string from;  // a model file to go on with
  std::string activation;
  double dropout = 0;
  std::string effort;  // a row of Efforts(); empty: one network, unless there are members
  size_t members = 0;  // of an ensemble; 0: as many as the effort has
  int threads = 0;
  std::string out;
  std::string checkpoint;  // a folder
  double checkpoint_every = 60;
  std::string resume;  // a folder
  bool json = false;
  bool quiet = false;
  bool plan = false;  // show it, and train nothing
  bool no_record = false;
  std::string tensorboard;       // a folder; empty: no log
  std::string treat = "advise";  // a row of TreatingModes()
  std::string fail_on;           // the severity from which a finding fails the command; empty: none does
};

// A training that has ended.
struct Trained {
  TrainingReport report = {};
  std::optional<Network> network = {};  // nothing where nothing was learned that is worth keeping
  // Ends the run in the history, and sets report.run; `failure` says why the model was not saved. May be empty.
  std::function<void(TrainingReport& report, const std::string& failure)> end_record = {};
};

// The text of the network that is trained; `tokens`: the data is text.
std::string NetworkText(const TrainCommand& command, bool tokens);
// Where checkpoints go; empty: nowhere.
std::string CheckpointsOf(const TrainCommand& command);
// Throws UsageError where --treat and checkpoints meet.
void CheckTreating(const TrainCommand& command);

// Nothing where the plan alone was asked for, which is printed. `resumed` may be null.
std::optional<Trained> TrainOneNetwork(const TrainCommand& command, const CLI::App& app, const TrainingData& data,
                                       const Checkpoint* resumed, const InterruptWatch& watch);

// Whether an ensemble is to be trained: where one is asked for, and on a table where nothing is asked for that one
// network needs. Throws UsageError where the two contradict each other.
bool WantsMembers(const TrainCommand& command, const CLI::App& app, const Encoding& encoding);
Trained TrainMembers(const TrainCommand& command, const CLI::App& app, const TrainingData& data,
                     const InterruptWatch& watch);

}  // namespace ramp

#endif  // RAMP_CLI_TRAIN_COMMAND_H_
