// What ramp throws. A message says what is wrong, where, and what to do about it, in sentences that a person reads.
#ifndef RAMP_BASE_ERROR_H_
#define RAMP_BASE_ERROR_H_

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ramp {

// Data, a file or a computation failed; the program ends with exit status 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The request itself is wrong (an unknown name, a bad network text); the program ends with exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

// " (did you mean 'relu'?)" for the candidate nearest to `wanted` in edit distance, or "" when none is near.
std::string DidYouMean(std::string_view wanted, std::span<const std::string> candidates);

}  // namespace ramp

#endif  // RAMP_BASE_ERROR_H_
