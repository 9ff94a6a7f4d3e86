// The kernels of the rectifiers, for every instruction set.
#include "ramp/activation/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/rectifiers.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/loops-inl.h"
#include "ramp/activation/rectifiers-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

ListOfKernels RectifiersHere() { return KernelsOfList(Rectifiers()); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp::family {

HWY_EXPORT(RectifiersHere);
ListOfKernels KernelsOfRectifiers() { return HWY_DYNAMIC_DISPATCH(RectifiersHere)(); }

}  // namespace ramp::family
#endif
