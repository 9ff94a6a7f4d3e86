// The kernels of the family, list by list. A list is a source of its own, for each is compiled once for each
// instruction set, which takes its time.
#ifndef RAMP_ACTIVATION_KERNELS_H_
#define RAMP_ACTIVATION_KERNELS_H_

#include <span>

#include "ramp/activation/activation.h"

namespace ramp::family {

// In the order of the definitions.
using ListOfKernels = std::span<const ActivationKernels>;

ListOfKernels KernelsOfRectifiers();
ListOfKernels KernelsOfHardUnits();
ListOfKernels KernelsOfExponentialUnits();
ListOfKernels KernelsOfGatedUnits();
ListOfKernels KernelsOfSigmoids();

}  // namespace ramp::family

#endif  // RAMP_ACTIVATION_KERNELS_H_
