#include "ramp/cli/saved_model.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "ramp/base/error.h"
#include "ramp/onnx/model_file.h"

namespace ramp {

SavedModel SaveModel(const std::string& path, const Network& network, const Encoding& encoding) {
  const Metadata metadata = {{kEncodingKey, encoding.ToJson()}};
  const auto try_to_write = [&](const std::string& place) -> std::string {
    try {
      WriteModel(place, network, metadata);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  std::string failure = try_to_write(path);
  if (failure.empty()) return {path, ""};
  std::error_code no_such_folder;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(no_such_folder);
  const std::string rescued = (folder / fmt::format("ramp-{}.onnx", ::getpid())).string();
  const std::string second = try_to_write(rescued);
  if (second.empty()) return {rescued, fmt::format("{}\n  the model was saved as {} instead", failure, rescued)};
  return {"", fmt::format("{}\n  and {}\n  the model is lost", failure, second)};
}

}  // namespace ramp
