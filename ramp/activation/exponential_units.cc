// The kernels of the exponential units, for every instruction set.
#include "ramp/activation/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/exponential_units.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/exponential_units-inl.h"
#include "ramp/activation/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

ListOfKernels ExponentialUnitsHere() { return KernelsOfList(ExponentialUnits()); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp::family {

HWY_EXPORT(ExponentialUnitsHere);
ListOfKernels KernelsOfExponentialUnits() { return HWY_DYNAMIC_DISPATCH(ExponentialUnitsHere)(); }

}  // namespace ramp::family
#endif
