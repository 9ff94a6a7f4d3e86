// The kernels of the gated units, for every instruction set.
#include "ramp/activation/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/gated_units.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/gated_units-inl.h"
#include "ramp/activation/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

ListOfKernels GatedUnitsHere() { return KernelsOfList(GatedUnits()); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp::family {

HWY_EXPORT(GatedUnitsHere);
ListOfKernels KernelsOfGatedUnits() { return HWY_DYNAMIC_DISPATCH(GatedUnitsHere)(); }

}  // namespace ramp::family
#endif
