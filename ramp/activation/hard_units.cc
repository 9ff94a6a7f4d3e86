// The kernels of the hard units, for every instruction set.
#include "ramp/activation/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/hard_units.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/hard_units-inl.h"
#include "ramp/activation/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

ListOfKernels HardUnitsHere() { return KernelsOfList(HardUnits()); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp::family {

HWY_EXPORT(HardUnitsHere);
ListOfKernels KernelsOfHardUnits() { return HWY_DYNAMIC_DISPATCH(HardUnitsHere)(); }

}  // namespace ramp::family
#endif
