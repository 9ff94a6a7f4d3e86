// An array of numbers as a file holds it (IDX, NPY): bytes, with what they mean.
#ifndef RAMP_DATA_RAW_ARRAY_H_
#define RAMP_DATA_RAW_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/bytes.h"
#include "ramp/data/dataset.h"

namespace ramp {

enum class NumberType { kUint8, kUint16, kUint32, kUint64, kInt8, kInt16, kInt32, kInt64, kFloat32, kFloat64 };

size_t BytesOf(NumberType type);
bool IsInteger(NumberType type);

struct RawArray {
  std::string name;           // of the file, for messages
  std::vector<size_t> sizes;  // the first axis counts the rows
  NumberType type = NumberType::kUint8;
  bool big_endian = false;
  std::vector<uint8_t> bytes;  // row-major

  size_t rows() const { return sizes[0]; }
  size_t count() const { return bytes.size() / BytesOf(type); }
};

// Reads the values of `array`, whose other members are set. Throws Error when the sizes claim more than the source can
// hold (nothing is allocated then), or when bytes are missing or left over.
void ReadValues(ByteSource& source, RawArray& array);

// [rows, channels, places...] becomes [rows, places..., channels].
void MoveChannelsLast(RawArray& array);

// Bytes stay what they are, everything else becomes float. Throws Error, with the place, on NaN, infinity and what a
// float cannot hold.
InputValues ToInputs(RawArray array);
// Throws Error for floats and for what an int64_t cannot hold.
std::vector<int64_t> ToIntegers(const RawArray& array);
// Throws Error on NaN, infinity and what a float cannot hold.
std::vector<double> ToReals(const RawArray& array);

// "60000x28x28"
std::string SizesText(std::span<const size_t> sizes);

// Throws Error with the byte when `source` is not an IDX file: the format of the MNIST files (LeCun, Cortes, Burges).
RawArray ReadIdx(ByteSource& source);
// Throws Error with the byte when `source` is no NPY file of numbers (NumPy Enhancement Proposal 1). Columns-first
// (Fortran) order is turned into rows-first.
RawArray ReadNpy(ByteSource& source);

bool LooksLikeIdx(std::span<const uint8_t> start);
bool LooksLikeNpy(std::span<const uint8_t> start);

}  // namespace ramp

#endif  // RAMP_DATA_RAW_ARRAY_H_
