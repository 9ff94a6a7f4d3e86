// Some vectors that go through a formula side by side. A formula of floats is a chain of operations that wait for each
// other, some 70 cycles long; a processor that meets the same step of some vectors one after the other always has
// something to do. The operations have Highway's names, and are called without `hn::` in formulae that are for one
// vector and for several. Compiled once for each instruction set.
#if defined(RAMP_ACTIVATION_SEVERAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_SEVERAL_INL_H_
#undef RAMP_ACTIVATION_SEVERAL_INL_H_
#else
#define RAMP_ACTIVATION_SEVERAL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Does f(0), f(1), ..., without a loop, which would keep the vectors from registers.
template <class F, size_t... kPlaces>
HWY_INLINE void ForPlaces(std::index_sequence<kPlaces...>, const F& f) {
  (f(std::integral_constant<size_t, kPlaces>()), ...);
}
template <size_t kCount, class F>
HWY_INLINE void ForEachPlace(const F& f) {
  ForPlaces(std::make_index_sequence<kCount>(), f);
}

// Vectors, or masks. They are copied one by one, which GCC keeps in registers, and not as one piece of memory.
template <class V, size_t kCount>
struct Several {
  template <class... Vectors>
  explicit HWY_INLINE Several(const Vectors&... vectors) requires(sizeof...(Vectors) == kCount &&
                                                                  (std::is_same_v<Vectors, V> && ...))
      : of{vectors...} {}
  HWY_INLINE Several(const Several& other) : Several(std::make_index_sequence<kCount>(), other) {}
  template <size_t... kPlaces>
  HWY_INLINE Several(std::index_sequence<kPlaces...>, const Several& other) : of{other.of[kPlaces]...} {}

  V of[kCount];
};

template <class X>
inline constexpr size_t kCountOf = 0;
template <class V, size_t kCount>
inline constexpr size_t kCountOf<Several<V, kCount>> = kCount;

template <class... X>
concept OneIsSeveral = ((kCountOf<X> != 0) || ...);

// The vector at `kPlace`; a single one stands at every place.
template <size_t kPlace, class X>
HWY_INLINE const auto& At(const X& x) {
  if constexpr (kCountOf<X> != 0) {
    return x.of[kPlace];
  } else {
    return x;
  }
}

// f of the vectors that stand at the same place.
template <size_t kPlace, class F, class... X>
HWY_INLINE auto OfPlace(const F& f, const X&... x) {
  return f(At<kPlace>(x)...);
}
template <class F, size_t... kPlaces, class... X>
HWY_INLINE auto OfPlaces(std::index_sequence<kPlaces...>, const F& f, const X&... x) {
  return Several<decltype(OfPlace<0>(f, x...)), sizeof...(kPlaces)>{OfPlace<kPlaces>(f, x...)...};
}
template <class F, class... X>
HWY_INLINE auto Each(const F& f, const X&... x) {
  return OfPlaces(std::make_index_sequence<std::max({kCountOf<X>...})>(), f, x...);
}

// f(0), f(1), ...
template <class F, size_t... kPlaces>
HWY_INLINE auto SeveralOfPlaces(std::index_sequence<kPlaces...>, const F& f) {
  return Several<decltype(f(std::integral_constant<size_t, 0>())), sizeof...(kPlaces)>{
      f(std::integral_constant<size_t, kPlaces>())...};
}
template <size_t kCount, class F>
HWY_INLINE auto SeveralOf(const F& f) {
  return SeveralOfPlaces(std::make_index_sequence<kCount>(), f);
}

template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator+(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Add(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Add(const A& a, const B& b) { return a + b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator-(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Sub(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Sub(const A& a, const B& b) { return a - b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator*(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Mul(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Mul(const A& a, const B& b) { return a * b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator/(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Div(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Div(const A& a, const B& b) { return a / b; }
template <class A, class B, class C>
requires OneIsSeveral<A, B, C> HWY_INLINE auto MulAdd(const A& a, const B& b, const C& c) {
  return Each(
      [](auto u, auto v, auto w) __attribute__((always_inline)) HWY_ATTR { return hn::MulAdd(u, v, w); }, a, b, c);
}
template <class A, class B, class C>
requires OneIsSeveral<A, B, C> HWY_INLINE auto NegMulAdd(const A& a, const B& b, const C& c) {
  return Each(
      [](auto u, auto v, auto w) __attribute__((always_inline)) HWY_ATTR { return hn::NegMulAdd(u, v, w); }, a, b, c);
}
template <class A, class B, class C>
requires OneIsSeveral<A, B, C> HWY_INLINE auto MulSub(const A& a, const B& b, const C& c) {
  return Each(
      [](auto u, auto v, auto w) __attribute__((always_inline)) HWY_ATTR { return hn::MulSub(u, v, w); }, a, b, c);
}
template <class A, class B, class C>
requires OneIsSeveral<A, B, C> HWY_INLINE auto NegMulSub(const A& a, const B& b, const C& c) {
  return Each(
      [](auto u, auto v, auto w) __attribute__((always_inline)) HWY_ATTR { return hn::NegMulSub(u, v, w); }, a, b, c);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Max(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Max(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Min(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Min(u, v); }, a, b);
}
template <class A>
requires OneIsSeveral<A> HWY_INLINE auto Abs(const A& a) {
  return Each(
      [](auto u) __attribute__((always_inline)) HWY_ATTR { return hn::Abs(u); }, a);
}
template <class A>
requires OneIsSeveral<A> HWY_INLINE auto Neg(const A& a) {
  return Each(
      [](auto u) __attribute__((always_inline)) HWY_ATTR { return hn::Neg(u); }, a);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto CopySignToAbs(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::CopySignToAbs(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator>(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Gt(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Gt(const A& a, const B& b) { return a > b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator>=(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Ge(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Ge(const A& a, const B& b) { return a >= b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator<=(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Le(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Le(const A& a, const B& b) { return a <= b; }
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto operator<(const A& a, const B& b) {
  return Each(
      [](auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::Lt(u, v); }, a, b);
}
template <class A, class B>
requires OneIsSeveral<A, B> HWY_INLINE auto Lt(const A& a, const B& b) { return a < b; }
template <class M, class A, class B>
requires OneIsSeveral<M, A, B> HWY_INLINE auto IfThenElse(const M& mask, const A& a, const B& b) {
  return Each(
      [](auto m, auto u, auto v) __attribute__((always_inline)) HWY_ATTR { return hn::IfThenElse(m, u, v); }, mask, a,
      b);
}
template <class M, class A>
requires OneIsSeveral<M, A> HWY_INLINE auto IfThenZeroElse(const M& mask, const A& a) {
  return Each(
      [](auto m, auto u) __attribute__((always_inline)) HWY_ATTR { return hn::IfThenZeroElse(m, u); }, mask, a);
}
template <class D, class A>
requires OneIsSeveral<A> HWY_INLINE auto BitCast(D d, const A& a) {
  return Each(
      [d](auto u) __attribute__((always_inline)) HWY_ATTR { return hn::BitCast(d, u); }, a);
}
template <int kBits, class A>
requires OneIsSeveral<A> HWY_INLINE auto ShiftLeft(const A& a) {
  return Each(
      [](auto u) __attribute__((always_inline)) HWY_ATTR { return hn::ShiftLeft<kBits>(u); }, a);
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
