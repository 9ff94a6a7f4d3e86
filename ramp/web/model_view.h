// A look at a finished model on data: its layers, dead units, regions and findings.
#ifndef RAMP_WEB_MODEL_VIEW_H_
#define RAMP_WEB_MODEL_VIEW_H_

#include <mutex>
#include <string>
#include <thread>

#include "ramp/web/json.h"

namespace ramp::web {

class ModelView {
 public:
  // Reads and examines it in a thread of its own. The files are named by whoever started the program.
  ModelView(std::string model, std::string data);

  // ModelView of README.md; {"waiting": true} until it is there; {"error": ...} where it could not be read.
  Json Answer() const;

 private:
  mutable std::mutex mutex_;
  Json answer_ = {{"waiting", true}};
  std::jthread worker_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_MODEL_VIEW_H_
