#!/usr/bin/env python3
"""Makes the polynomials by which the smooth activations are computed where a register can be a table:

    tools/pieces.py values > ramp/activation/pieces_of_values.h
    tools/pieces.py slopes > ramp/activation/pieces_of_slopes.h

Each of 32 pieces of a function f of s, mostly |x|, is value + r (c0 + c1 r + ...), r = s - centre. A centre is chosen so that
f(centre) is a float but for 2^-28 of it (Gal, Computing elementary functions: a new approach for achieving high accuracy
and good performance, 1986): the sum is then rounded once, and everything else is smaller. With --errors it says how far
each table is off before floats round.

It computes with 130 bits, so that the same tables come out everywhere.
"""
import sys

from mpmath import mp, mpf, cosh, erfc, exp, findroot, log, pi, sqrt, tanh

mp.prec = 130
ONE, HALF = mpf(1), mpf(1) / 2
PIECES = 32
LAST = mpf("31.99")  # the index at the end of the range


def to_float(x):
    """The nearest float of 24 bits."""
    if x == 0:
        return mpf(0)
    mantissa, exponent = mp.frexp(abs(x))
    return mp.sign(x) * mp.ldexp(mpf(int(mp.nint(mp.ldexp(mantissa, 24)))), exponent - 24)


def last_place(x):
    return mp.ldexp(ONE, mp.frexp(abs(x))[1] - 24)


def to_floats(values):
    return [to_float(value) for value in values]


class Index:
    """linear s + start is rounded to a float, down or to the nearest, whose last five bits are the number of the piece. A float of more
    than 2^24 is even, so that the pieces there are twice as wide."""

    def __init__(self, linear, start=mpf("1.5") * 2**23, nearest=False):
        self.linear, self.start, self.nearest = to_float(linear), mpf(start), nearest

    @staticmethod
    def even(width):
        return Index(1 / mpf(width))

    @staticmethod
    def even_around_zero(width):
        return Index(1 / mpf(width), nearest=True)

    @staticmethod
    def around_zero_and_wide(width, narrow):
        """With half of the piece of 0 and so many narrow ones beyond 0."""
        return Index(1 / mpf(width), 2**24 - 1 - narrow, nearest=True)

    @staticmethod
    def wide_and_narrow(wide, end):
        """The first pieces, as many as `wide` tells, are the wide ones."""
        return Index((LAST + wide) / mpf(end), -(2**24 + 2 * wide))

    @staticmethod
    def narrow_and_wide(wide, end):
        return Index((LAST + wide) / mpf(end), 2**24 - (PIECES - wide))

    @staticmethod
    def around(root, piece, wide):
        """As wide_and_narrow, with the root in the middle of a wide piece."""
        return Index((2 * piece + 1) / root, -(2**24 + 2 * wide))

    def pieces(self, begin, end):
        """The rounded value in each piece, and between which s it is."""
        value, low = mp.floor(begin * self.linear + self.start + (HALF if self.nearest else 0)), begin
        while low <= end:
            following = value + (1 if -(2**24) <= value < 2**24 else 2)
            high = ((following if not self.nearest else (value + following) / 2) - self.start) / self.linear
            yield value, low, min(high, end)
            value, low = following, high


def number_of_piece(value):
    """Five bits of a float of 2^23 to 2^25."""
    return int(abs(value)) // (1 if abs(value) < 2**24 else 2) % PIECES


def polynomial(f, low, high, count):
    """The coefficients of the polynomial that meets f at Chebyshev's points."""
    points = [(low + high) / 2 + (high - low) / 2 * mp.cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    differences = [f(point) for point in points]
    for order in range(1, count):
        for i in range(count - 1, order - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (points[i] - points[i - order])
    result = [mpf(0)] * count
    for point, difference in zip(reversed(points), reversed(differences)):
        result = [difference - point * result[0]] + [a - point * b for a, b in zip(result, result[1:])]
    return result


def minimax(f, low, high, powers, weight):
    """The coefficients of these powers that make the greatest weighted error the least, by Remez' algorithm."""
    count = len(powers)
    low += (high - low) / 10**6  # f may be a quotient that has a limit at 0
    points = [(low + high) / 2 - (high - low) / 2 * mp.cos(pi * i / count) for i in range(count + 1)]
    grid = [low + (high - low) * (i + HALF) / 200 for i in range(200)]
    for _ in range(6):
        rows = mp.matrix([[p**k for k in powers] + [(-1) ** i / weight(p)] for i, p in enumerate(points)])
        coefficients = list(mp.lu_solve(rows, mp.matrix([f(p) for p in points])))[:count]
        errors = [(sum(c * s**k for c, k in zip(coefficients, powers)) - f(s)) * weight(s) for s in grid]
        # The greatest error between two changes of sign.
        extremes = []
        for s, error in zip(grid, errors):
            if extremes and (extremes[-1][1] > 0) == (error > 0):
                extremes[-1] = max(extremes[-1], (s, error), key=lambda extreme: abs(extreme[1]))
            else:
                extremes.append((s, error))
        if len(extremes) != count + 1:
            break
        points = [s for s, _ in extremes]
    return coefficients


def minimax_of_floats(f, low, high, count, weight, first_is_negative=False):
    """The same for all powers below `count`, one after the other rounded to a float, the others made good for it."""
    known = []
    for k in range(count):
        rest = minimax(lambda s: f(s) - value_of(known, s), low, high, range(k, count), weight)
        # One next to 0 that is negative keeps the sign of -0: -0 + -0 c is -0, and 0 + -0 c is 0.
        known.append(to_float(-abs(rest[0]) if k == 0 and first_is_negative else rest[0]))
    return known


def value_of(coefficients, r):
    result = mpf(0)
    for coefficient in reversed(coefficients):
        result = result * r + coefficient
    return result


def between(low, high):
    return [low + (high - low) * (i + mpf("0.01")) / mpf("24.02") for i in range(25)]


def greatest_error(f, low, high, approximation):
    """Of the value."""
    return max(abs(approximation(s) / f(s) - 1) for s in between(low, high))


def best_centre(f, low, high):
    """Where what is added to the value weighs the same at both ends; the middle if f is not monotone."""
    target = 2 / (1 / f(low) + 1 / f(high))
    if (f(low) - target) * (f(high) - target) < 0:
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (low, middle) if (f(low) - target) * (f(middle) - target) <= 0 else (middle, high)
    return (low + high) / 2


def both_sides(middle, distance):
    return [middle + distance, middle - distance] if distance else [middle]


def inputs_of_multiples(f, low, high, middle, unit, bits, most):
    """Floats near the middle at which f is nearly a multiple of the unit."""
    found, first = [], mp.nint(f(middle) / unit)
    for step in range(1500):
        for multiple in both_sides(first, step):
            value = multiple * unit
            if not min(f(low), f(high)) < value < max(f(low), f(high)):
                continue
            centre = middle
            for _ in range(4):  # Newton, with a slope that is good enough
                slope = (f(centre + mpf(2) ** -40) - f(centre)) * 2**40
                centre -= (f(centre) - value) / slope
            centre = to_float(centre)
            if abs(centre - middle) < (high - low) / 6 and abs(f(centre) / value - 1) < mpf(2) ** -bits:
                found.append((centre, value))
        if len(found) >= most:
            break
    return found


def centres(f, low, high, unit=None):
    """Floats near the best centre at which f is nearly a float, or a multiple of the unit if there are any, and what f
    is there."""
    middle = to_float(best_centre(f, low, high))
    if unit is not None:
        found = inputs_of_multiples(f, low, high, middle, unit, 29, 12)
        if found:
            return found
    most, found = 24, []
    for bits in (30, 29, 28):
        for step in range(4000):
            for centre in both_sides(middle, step * last_place(middle)):
                value = f(centre)
                if abs(to_float(value) / value - 1) < mpf(2) ** -bits and abs(centre - middle) < (high - low) / 8:
                    found.append((centre, to_float(value)))
            if len(found) >= most:
                return found
    # f is so flat that one must look from its floats, or so straight that all centres nearby are as good.
    return inputs_of_multiples(f, low, high, middle, last_place(f(middle)), 29, most) or spread_centres(f, low, high)


def spread_centres(f, low, high):
    """Of those in the whole piece, where f is nearest to a float; none if f is constant but for its last bits."""
    if abs(f(high) / f(low) - 1) < mpf(2) ** -20:
        return []
    spread = [to_float(low + (high - low) * (i + HALF) / 4000) for i in range(400, 3600)]
    nearest = sorted(spread, key=lambda centre: abs(to_float(f(centre)) / f(centre) - 1))[:24]
    return [(centre, to_float(f(centre))) for centre in nearest]


class Piece:
    def __init__(self, centre, value, coefficients, error):
        self.centre, self.value, self.coefficients, self.error = centre, value, coefficients, error


def ordinary_piece(f, low, high, count, unit):
    def around(centre, start, value):
        coefficients = to_floats(polynomial(lambda r: (f(centre + r) - start) / r, low - centre, high - centre, count))
        error = greatest_error(f, low, high, lambda s: value + (s - centre) * value_of(coefficients, s - centre))
        return Piece(centre, value, coefficients, error)

    pieces = [around(centre, f(centre), value) for centre, value in centres(f, low, high, unit)]
    # Where f is constant but for its last bits, the centre lies outside.
    if not pieces:
        value = to_float(f(high))
        return around(to_float(low - (high - low) / 2), value, value)
    best = min(pieces, key=lambda piece: piece.error)
    return best if best.error < mpf(2) ** -26.5 else refined(f, low, high, best)


def refined(f, low, high, piece):
    """The piece with the coefficients whose greatest relative error is the least."""
    centre, start = piece.centre, f(piece.centre)
    coefficients = minimax_of_floats(lambda r: (f(centre + r) - start) / r, low - centre, high - centre,
                                     len(piece.coefficients), lambda r: abs(r / f(centre + r)))
    error = greatest_error(f, low, high, lambda s: piece.value + (s - centre) * value_of(coefficients, s - centre))
    return Piece(centre, piece.value, coefficients, error) if error < piece.error else piece


def near_piece(factor, low, high, count):
    """The factor by which f begins with something that is exact plus s times it. It is the more exact the greater s is,
    for what rounds there is greater."""
    if low < 0:
        coefficients = to_floats(polynomial(factor, low, high, count))
    else:
        coefficients = minimax_of_floats(factor, low, high, count, lambda s: 1 + 2 * (s / high) ** 2, True)
    error = max(abs(value_of(coefficients, s) - factor(s)) for s in between(low, high))
    return Piece(mpf(0), mpf(0), coefficients, error)


def root_piece(f, root, low, high, count):
    """value r + (c0 + r (c1 + c2 r + ...)), with the float next to the root as the centre: nothing cancels."""
    centre = to_float(root)
    slopes = polynomial(lambda r: (f(centre + r) - f(centre)) / r, low - centre, high - centre, count - 1)
    value = to_float(slopes[0])
    coefficients = to_floats([f(centre), slopes[0] - value] + slopes[1:])
    error = greatest_error(f, low, high, lambda s: (s - centre) * value + value_of(coefficients, s - centre))
    return Piece(centre, value, coefficients, error)


class Table:
    def __init__(self, name, what, f, index, end, count, begin=0, near=None, root=None, added=False):
        """`near`: how the piece of 0 is made, if it is a near one. `added`: the values are added to numbers of the
        size of s, and so that the sum is exact."""
        self.name, self.what, self.f, self.index, self.count = name, what, f, index, count
        self.begin, self.end, self.near, self.root = mpf(begin), mpf(end), None, None
        self.pieces = [None] * PIECES
        for value, low, high in index.pieces(self.begin, self.end):
            if near is not None and low <= 0 < high:
                self.near = value
                piece = near_piece(near, low, high, count)
            elif root is not None and low < root < high:
                self.root = value
                piece = root_piece(f, root, low, high, count)
            else:
                piece = ordinary_piece(f, low, high, count, last_place(high) if added else None)
            assert self.pieces[number_of_piece(value)] is None, name
            self.pieces[number_of_piece(value)] = piece
        self.pieces = [other or piece for other in self.pieces]


def logistic(x):
    return 1 / (1 + exp(-x))


def normal_tail(s):
    return erfc(s / sqrt(mpf(2))) / 2


def left_of_gelu(s):
    return -s * normal_tail(s)


def normal_density(s):
    return exp(-s * s / 2) / sqrt(2 * pi)


LINEAR, CUBIC = 4 / sqrt(2 * pi), mpf("0.044715")


def gelu_tanh_argument(s):
    return LINEAR * s * (1 + CUBIC * s * s)


def left_of_gelu_tanh(s):
    return -s * logistic(-gelu_tanh_argument(s))


def gelu_tanh_argument_slope(s):
    return LINEAR * (1 + 3 * CUBIC * s * s)


def silu_slope(s):
    return logistic(-s) * (1 - s * logistic(s))


def gelu_slope(s):
    return normal_tail(s) - s * normal_density(s)


def gelu_tanh_slope(s):
    u = gelu_tanh_argument(s)
    return logistic(-u) * (1 - s * gelu_tanh_argument_slope(s) * logistic(u))


def mish(x):
    return x * tanh(log(1 + exp(x)))


def mish_slope(x):
    t = tanh(log(1 + exp(x)))
    return t + x * (1 - t * t) * logistic(x)


def far(name, what, f, begin, end, count):
    """Where f falls so fast that pieces from 0 on would be too wide."""
    width = (mpf(end) - mpf(begin)) / (LAST - 1)
    return Table(name, f"{what}, from {begin} on", f, Index.even(width), end, count, begin=begin)


def value_tables():
    yield Table("Tanh", "tanh s, as s + s (near)", tanh, Index.narrow_and_wide(24, "9.6"), "9.6", 5,
                near=lambda s: tanh(s) / s - 1)
    yield Table("Logistic", "1 / (1 + e^s)", lambda s: logistic(-s), Index.even("0.4475"), "14.3", 5)
    yield Table("Silu", "-s / (1 + e^s), as -s / 2 + s (near)", lambda s: -s * logistic(-s), Index.even("0.45"), "14.39",
                6, near=lambda s: logistic(s) - HALF, added=True)
    yield Table("Softplus", "log(1 + e^-s), as log 2 - s / 2 + s (near)", lambda s: log(1 + exp(-s)), Index.even("0.5"),
                "15.99", 6, near=lambda s: log(cosh(s / 2)) / s)
    yield Table("Gelu", "-s times the normal distribution's tail beyond s, as -s / 2 + s (near)", left_of_gelu,
                Index.wide_and_narrow(12, "6.3"), "6.3", 6, near=lambda s: HALF - normal_tail(s), added=True)
    yield far("GeluFar", "The same", left_of_gelu, "6.3", "9", 6)
    yield Table("GeluTanh", "-s / (1 + e^u(s)), as -s / 2 + s (near)", left_of_gelu_tanh,
                Index.wide_and_narrow(12, "5.45"), "5.45", 6, near=lambda s: logistic(gelu_tanh_argument(s)) - HALF,
                added=True)
    yield far("GeluTanhFar", "The same", left_of_gelu_tanh, "5.45", "7.5", 6)
    yield Table("Mish", "mish, as x / 2 + x (near)", mish, Index.even_around_zero("0.72"), "10", 8, begin="-12.5",
                near=lambda x: mish(x) / x - HALF if x else mpf("0.1"))


def slope_tables():
    silu_root, mish_root = findroot(silu_slope, mpf("1.27")), findroot(mish_slope, mpf("-1.19"))
    gelu_root, gelu_tanh_root = findroot(gelu_slope, mpf("0.75")), findroot(gelu_tanh_slope, mpf("0.75"))
    yield Table("TanhSlope", "1 - tanh^2 s", lambda s: 4 * logistic(-2 * s) * logistic(2 * s), Index.even("0.28"), "8.95",
                6)
    yield Table("SiluSlope", "the slope of silu at -s", silu_slope, Index.even(silu_root / mpf("2.5")), "16.35", 8,
                root=silu_root)
    yield Table("GeluSlope", "the slope of gelu at -s", gelu_slope, Index.around(gelu_root, 2, 12), "6.5", 7,
                root=gelu_root)
    yield far("GeluSlopeFar", "The same", gelu_slope, "6.5", "9", 6)
    yield Table("GeluTanhSlope", "the slope of gelu by tanh at -s", gelu_tanh_slope, Index.around(gelu_tanh_root, 2, 6),
                "5.7", 8, root=gelu_tanh_root)
    yield far("GeluTanhSlopeFar", "The same", gelu_tanh_slope, "5.7", "7.5", 6)
    yield Table("MishSlope", "the slope of mish", mish_slope, Index.around_zero_and_wide("0.587", 1), "11.9", 9,
                begin="-12", root=mish_root)


class ExponentialTable:
    """For e^x - 1, x <= 0: steps at whose centres e^x - 1 is nearly a float, and e^x as well."""

    def __init__(self, end, count):
        self.end, self.per_unit = mpf(end) * (1 - mpf(2) ** -10), to_float((PIECES - HALF) / mpf(end))
        self.centres, self.scales, self.less_one = [], [], []
        for k in range(PIECES):
            # e^x - 1 and e^x are floats both if they are multiples of 2^-24; -1 itself has no centre.
            unit = mpf(2) ** -24
            # In the first step below 0 more is added to less_one at the end where the result is small.
            near = k - mpf("0.14") if k == 1 else mpf(k)
            least, middle = unit - 1, mp.nint((exp(-near / self.per_unit) - 1) / unit) * unit
            values = [max(middle + step * unit, least) for step in range(-300, 301) if k > 0] or [mpf(0)]
            value = next((v for v in sorted(values, key=lambda v: abs(v - middle))
                          if abs(exp(to_float(log(1 + v))) - 1 - v) < mpf(2) ** -31), max(middle, least))
            self.centres.append(to_float(log(1 + value)))
            self.scales.append(1 + value)
            self.less_one.append(value)
        radius = mpf("0.6") / self.per_unit
        self.power = minimax_of_floats(lambda r: (exp(r) - 1 - r) / r**2, -radius, radius, count, abs)


def number(x):
    """A float as C++ reads it, exactly."""
    if x == 0:
        return "0"
    mantissa, exponent = float(x).hex().split("p")
    return f"{mantissa.rstrip('0').rstrip('.')}p{int(exponent)}f"


def braces(values, indent):
    lines, line = [], ""
    for text in [number(value) for value in values]:
        if len(indent) + len(line) + len(text) + 2 > 118:
            lines.append(line)
            line = ""
        line += ("" if not line else " ") + text + ","
    return "{" + ("\n" + indent).join(lines + [line.rstrip(",")]) + "}"


def write(table):
    print(f"// {table.what}.")
    print(f"inline constexpr Pieces<{table.count}> k{table.name}Pieces = {{")
    for field in ("start", "linear"):
        print(f"    .{field} = {number(getattr(table.index, field))},")
    if table.index.nearest:
        print("    .nearest = true,")
    if table.begin != 0:
        print(f"    .begin = {number(to_float(table.begin))},")
    print(f"    .end = {number(to_float(table.end))},")
    if abs(table.f(table.end)) < table.end * mpf(2) ** -27:
        print("    .vanishes = true,")
    for field in ("near", "root"):
        if getattr(table, field) is not None:
            print(f"    .{field} = {number(getattr(table, field))},")
    print("    .centre = " + braces([piece.centre for piece in table.pieces], " " * 15) + ",")
    print("    .value = " + braces([piece.value for piece in table.pieces], " " * 14) + ",")
    rows = [braces([piece.coefficients[i] for piece in table.pieces], " " * 22) for i in range(table.count)]
    print("    .coefficients = {" + ",\n                     ".join(rows) + "}};\n")


def write_exponential(table):
    print("// e^x - 1.")
    print(f"inline constexpr ExponentialSteps<{len(table.power)}> kExponentialSteps = {{")
    print(f"    .per_unit = {number(table.per_unit)},\n    .end = {number(to_float(-table.end))},")
    print("    .centre = " + braces(table.centres, " " * 15) + ",")
    print("    .scale = " + braces(table.scales, " " * 14) + ",")
    print("    .less_one = " + braces(table.less_one, " " * 17) + ",")
    print("    .power = " + braces(table.power, " " * 14) + "};\n")


def main():
    what = sys.argv[1]
    tables = {"values": value_tables, "slopes": slope_tables}[what]()
    if "--errors" in sys.argv:
        for table in tables:
            worst = sorted(((float(log(piece.error, 2)), k) for k, piece in enumerate(table.pieces)), reverse=True)
            print(table.name, ", ".join(f"2^{error:.1f} in {k}" for error, k in worst[:4]))
        return
    guard = f"RAMP_ACTIVATION_PIECES_OF_{what.upper()}_H_"
    print(f"// Made by tools/pieces.py {what}, which says what this is; a test makes it again.\n"
          f'#ifndef {guard}\n#define {guard}\n\n#include "ramp/activation/pieces.h"\n\n'
          "// clang-format off\nnamespace ramp::family {\n")
    for table in tables:
        write(table)
    if what == "values":
        write_exponential(ExponentialTable("18", 5))
    print(f"}}  // namespace ramp::family\n// clang-format on\n\n#endif  // {guard}")


if __name__ == "__main__":
    main()
