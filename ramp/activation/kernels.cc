// The loops of every activation, for every instruction set.
#include "ramp/activation/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

template <class... A>
ActivationKernels KernelsAt(ActivationList<A...>, size_t index) {
  static constexpr ActivationKernels kKernels[] = {{Forward<A>, Backward<A>}...};
  return kKernels[index];
}

ActivationKernels KernelsOfRow(size_t index) { return KernelsAt(Family(), index); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {
namespace family {
HWY_EXPORT(KernelsOfRow);
}

ActivationKernels KernelsOf(const Activation& activation) {
  const auto row = static_cast<size_t>(&activation - Activations().data());
  using namespace family;
  return HWY_DYNAMIC_DISPATCH(KernelsOfRow)(row);
}

}  // namespace ramp
#endif
