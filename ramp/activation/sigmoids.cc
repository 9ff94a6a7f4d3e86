// The kernels of the sigmoids, for every instruction set.
#include "ramp/activation/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/sigmoids.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ramp/activation/loops-inl.h"
#include "ramp/activation/sigmoids-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

ListOfKernels SigmoidsHere() { return KernelsOfList(Sigmoids()); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp::family {

HWY_EXPORT(SigmoidsHere);
ListOfKernels KernelsOfSigmoids() { return HWY_DYNAMIC_DISPATCH(SigmoidsHere)(); }

}  // namespace ramp::family
#endif
