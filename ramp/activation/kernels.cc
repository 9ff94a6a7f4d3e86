#include "ramp/activation/kernels.h"

namespace ramp {

ActivationKernels KernelsOf(const Activation& activation) {
  auto row = static_cast<size_t>(&activation - Activations().data());
  // The lists follow each other as in the family.
  for (const family::ListOfKernels list :
       {family::KernelsOfRectifiers(), family::KernelsOfHardUnits(), family::KernelsOfExponentialUnits(),
        family::KernelsOfGatedUnits(), family::KernelsOfSigmoids()}) {
    if (row < list.size()) return list[row];
    row -= list.size();
  }
  return {};
}

}  // namespace ramp
