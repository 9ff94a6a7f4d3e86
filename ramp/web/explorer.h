// Answers what the page asks, without knowing how it came here: README.md has the protocol.
#ifndef RAMP_WEB_EXPLORER_H_
#define RAMP_WEB_EXPLORER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ramp/web/fields.h"
#include "ramp/web/json.h"
#include "ramp/web/model_view.h"
#include "ramp/web/page.h"

namespace ramp::web {

struct Answer {
  int status = 200;
  std::string type = "application/json";
  std::string body = "{}";
};

// {"error": sentence, ...}
Answer RefusalAnswer(int status, std::string_view sentence, std::string_view code = "", std::string_view field = "");

class Explorer {
 public:
  using Query = std::map<std::string, std::string>;

  // Looks at a model on data where both have a name.
  Explorer(const std::string& model, const std::string& data);

  // Neither throws.
  Answer Get(const std::string& path, const Query& query);
  Answer Post(const std::string& path, std::string_view body);
  // Null when there is no such page.
  PagePointer FindPage(const std::string& id) { return pages_.Find(id); }
  Pages& pages() { return pages_; }
  // Null: none was given.
  ModelView* model() { return model_.get(); }

 private:
  std::unique_ptr<ModelView> model_;
  Pages pages_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_EXPLORER_H_
