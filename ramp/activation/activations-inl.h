// The family: all activations, in the order in which they are shown.
#if defined(RAMP_ACTIVATION_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#undef RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#else
#define RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#endif

#include "ramp/activation/exponential_units-inl.h"
#include "ramp/activation/gated_units-inl.h"
#include "ramp/activation/hard_units-inl.h"
#include "ramp/activation/rectifiers-inl.h"
#include "ramp/activation/sigmoids-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {

template <class... Lists>
struct Concatenation;
template <class... A>
struct Concatenation<ActivationList<A...>> {
  using List = ActivationList<A...>;
};
template <class... A, class... B, class... Rest>
struct Concatenation<ActivationList<A...>, ActivationList<B...>, Rest...>
    : Concatenation<ActivationList<A..., B...>, Rest...> {};

using Family = Concatenation<Rectifiers, HardUnits, ExponentialUnits, GatedUnits, Sigmoids>::List;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
