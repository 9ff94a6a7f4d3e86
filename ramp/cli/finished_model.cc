#include "ramp/cli/finished_model.h"

#include <utility>

#include "ramp/cli/training_report.h"
#include "ramp/data/plain_encoding.h"

namespace ramp {

FinishedModel ReadFinishedModel(const std::string& path) {
  ModelFile file = ReadModel(path);
  const size_t nodes = file.network.nodes().size();
  Network network = WithoutSoftmax(std::move(file.network));
  const bool ends_in_softmax = network.nodes().size() < nodes;
  const auto given = file.metadata.find(kEncodingKey);
  const bool is_foreign = given == file.metadata.end();
  Encoding encoding = is_foreign ? PlainEncoding(network.input_shape(), network.output_shape().count())
                                 : Encoding::FromJson(given->second);
  return {path, std::move(network), std::move(file.metadata), std::move(encoding), is_foreign, ends_in_softmax};
}

Dataset ReadDataFor(const FinishedModel& model, const std::string& path, const Progress& progress) {
  Dataset data = ReadForPrediction(path, model.encoding, progress);
  if (model.is_foreign) FinishPlain(data, model.path);
  return data;
}

}  // namespace ramp
