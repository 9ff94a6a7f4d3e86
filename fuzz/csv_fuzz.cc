// A table of any bytes is read, fitted and encoded, or refused with an Error; and it can be encoded again as itself.
#include <numeric>
#include <string>

#include "ramp/base/error.h"
#include "ramp/data/table_dataset.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const ramp::Table table = ramp::Table::Parse("fuzz.csv", std::string(reinterpret_cast<const char*>(data), size));
    // Every second row trains, so that some values are unknown and some are missing later only.
    const auto split = [](size_t rows, const std::vector<uint32_t>&) {
      std::vector<uint32_t> training;
      for (uint32_t row = 0; row < rows; row += 2) training.push_back(row);
      return training;
    };
    const ramp::Dataset fitted = ramp::FitTable(table, {}, split);
    const std::string json = fitted.encoding.ToJson();
    const ramp::Encoding encoding = ramp::Encoding::FromJson(json);
    if (encoding.ToJson() != json) __builtin_trap();
    const ramp::Dataset encoded = ramp::EncodeTable(table, encoding, true);
    if (encoded.inputs != fitted.inputs || encoded.labels != fitted.labels) __builtin_trap();
    ramp::EncodeTable(table, encoding, false);
  } catch (const ramp::Error&) {
  }
  return 0;
}
