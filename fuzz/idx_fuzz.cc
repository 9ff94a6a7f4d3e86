// Bytes, plain or gzip, are an array of as many values as its sizes say, or refused with an Error.
#include "ramp/base/error.h"
#include "ramp/data/data_kinds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    ramp::ByteSource source("fuzz.idx", {data, size});
    ramp::RawArray array = ramp::ReadIdx(source);
    size_t count = 1;
    for (const size_t axis : array.sizes) count *= axis;
    if (count != array.count()) __builtin_trap();
    const std::vector<uint32_t> training(1, 0);
    const auto survey = ramp::SurveyArrays({.inputs = array, .targets = array});
    const ramp::Encoding encoding = ramp::kArrayData.fit(*survey, {}, training);
    ramp::kArrayData.encode(*survey, encoding, ramp::Use::kTraining);
  } catch (const ramp::Error&) {
  }
  return 0;
}
