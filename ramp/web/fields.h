// Reads a JSON object that came from the page, field by field, each with its bounds; what is left over is refused.
//
//   Fields fields(json, "state.look");
//   fields.Read("plane", look.plane, 16, 128);     // keeps what it has where the field is absent
//   fields.Read("runs", look.runs);
//   fields.End();
#ifndef RAMP_WEB_FIELDS_H_
#define RAMP_WEB_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/web/json.h"

namespace ramp::web {

// What the page sent is wrong at one place.
class FieldError : public UsageError {
 public:
  FieldError(std::string field, const std::string& what) : UsageError(what), field_(std::move(field)) {}
  const std::string& field() const { return field_; }  // "state.a.batch"

 private:
  std::string field_;
};

class Fields {
 public:
  // `place` is empty for the whole of what was sent. Throws FieldError when it is no object.
  Fields(const Json& object, std::string place);

  // Each throws FieldError for a value of another kind or out of bounds.
  void Read(std::string_view name, bool& value);
  void Read(std::string_view name, std::string& value, size_t most_bytes);
  void Read(std::string_view name, double& value, double low, double high);
  void Read(std::string_view name, size_t& value, size_t low, size_t high);
  // Where the field must be there.
  std::string Text(std::string_view name, size_t most_bytes);
  size_t Whole(std::string_view name, size_t low, size_t high);
  double Number(std::string_view name, double low, double high);
  // Null when it is absent.
  const Json* Find(std::string_view name);
  const Json& Get(std::string_view name);
  // "state.a.batch"
  std::string PlaceOf(std::string_view name) const;
  [[noreturn]] void Fail(std::string_view name, const std::string& what) const;
  // Throws FieldError when there is a field that is not among these names, which blanks separate.
  void AllowOnly(std::string_view names);
  // Throws FieldError when there is a field that nobody asked for.
  void End() const;

 private:
  const Json& object_;
  std::string place_;
  std::vector<std::string> known_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_FIELDS_H_
