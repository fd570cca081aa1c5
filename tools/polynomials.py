"""Print the polynomial coefficients of `src/core/simd/coefficients.hpp`, near-minimax, from 60 digits.

Each is a Chebyshev interpolant converted to powers.
Run `python tools/polynomials.py > src/core/simd/coefficients.hpp`.
"""

import mpmath as mp

mp.mp.dps = 60


def chebyshev(function, low, high, degree):
    """Chebyshev coefficients of the interpolant of `function` on [low, high]."""
    count = degree + 1
    nodes = [mp.cos(mp.pi * (j + mp.mpf(1) / 2) / count) for j in range(count)]
    values = [function((high - low) / 2 * t + (high + low) / 2) for t in nodes]
    return [
        (2 - (i == 0))
        / mp.mpf(count)
        * mp.fsum(v * mp.cos(i * mp.pi * (j + mp.mpf(1) / 2) / count) for j, v in enumerate(values))
        for i in range(count)
    ]


def to_powers(coefficients, low, high):
    """Power coefficients in x of a Chebyshev series on [low, high]."""

    def multiply_by_t(p):  # t = (2x - low - high) / (high - low)
        scale, shift = 2 / (high - low), -(high + low) / (high - low)
        out = [mp.mpf(0)] * (len(p) + 1)
        for i, c in enumerate(p):
            out[i] += shift * c
            out[i + 1] += scale * c
        return out

    def combine(a, b, factor):
        size = max(len(a), len(b))
        a, b = a + [mp.mpf(0)] * (size - len(a)), b + [mp.mpf(0)] * (size - len(b))
        return [x + factor * y for x, y in zip(a, b, strict=True)]

    before, current = [mp.mpf(1)], multiply_by_t([mp.mpf(1)])
    total = combine([coefficients[0]], current, coefficients[1])
    for c in coefficients[2:]:
        before, current = current, combine([2 * x for x in multiply_by_t(current)], before, -1)
        total = combine(total, current, c)
    return total


def show(name, comment, values):
    print(f"\n// {comment}")
    print(f"constexpr double {name}[] = {{")
    for v in values:
        print(f"    {mp.nstr(v, 20)},")
    print("};")


half = mp.log(2) / 2 * mp.mpf("1.0001")
exp_tail = to_powers(chebyshev(lambda r: mp.hyp1f1(1, 3, r) / 2, -half, half, 10), -half, half)
top = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.0001")
log_tail = to_powers(
    chebyshev(
        lambda u: (mp.atanh(mp.sqrt(u)) / mp.sqrt(u) - 1) / u if u else mp.mpf(1) / 3, mp.mpf(0), top, 8
    ),
    mp.mpf(0),
    top,
)


def scaled(t):  # erfcx(x) (1 + 2x), x = 4 (1 + t) / (1 - t)
    if t >= 1:
        return 2 / mp.sqrt(mp.pi)
    x = 4 * (1 + t) / (1 - t)
    if x > 1e4:
        return (1 + 2 * x) / (x * mp.sqrt(mp.pi)) * (1 - 1 / (2 * x * x) + 3 / (4 * x**4))
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


erfcx = to_powers(chebyshev(scaled, mp.mpf(-1), mp.mpf(1), 26), mp.mpf(-1), mp.mpf(1))

print("// coefficients.hpp: written by tools/polynomials.py from 60-digit arithmetic")
print("#pragma once")
print("\nnamespace {")
show("EXP_TAIL", "exp(r) = 1 + r + r^2 * p(r), |r| <= log(2) / 2", exp_tail)
show("LOG_TAIL", "atanh(s) = s + s * u * p(u), u = s^2, |s| <= (sqrt 2 - 1) / (sqrt 2 + 1)", log_tail)
show(
    "ERFCX", "erfcx(x) = p(t) / (1 + 2x), t = (x - 4) / (x + 4), x >= 0 (Shepherd & Laframboise 1981)", erfcx
)
print("\n}  // namespace")
