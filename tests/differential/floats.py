import math
for x in (0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789.123456789, 1e-5, 0.0001, 1e22, 1e23, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 1 / 3, 2 / 3, 100.0, 1e100, 3.14159265358979):
    print(repr(x), str(x), f"{x:.3f}", f"{x:g}", f"{x:e}", f"{x:10.2f}|", f"{x:+}", "%r %s %.2f %g %5.1e" % (x, x, x, x, x))
for x in (2.5, 3.5, -2.5, 0.5, 1.5, 2.675, 1234.5678):
    print(round(x), round(x, 2), round(x, -2), math.floor(x), math.ceil(x), math.trunc(x), int(x), x // 1, x % 1, divmod(x, 0.7))
print(7.0 // 2, -7.0 // 2, 7.5 % -2, -7.5 % 2, 2.0 ** 0.5, (-8) ** (1 / 3), 10.0 ** -3)
print((0.1).hex(), float.fromhex("0x1.8p3"), (0.75).as_integer_ratio(), (3.0).is_integer(), 1e300 * 1e10, -1e300 * 1e10)
for t in ("1.5", " 1e3 ", "1_0.5", "inf", "-Infinity", "nan", ".5", "5.", "1e", "", "abc", "0x10", "1e400"):
    try:
        print(repr(t), float(t))
    except ValueError as e:
        print(e)
for bad in (lambda: 1.0 / 0, lambda: 1.0 % 0, lambda: 1.0 // 0, lambda: 0.0 ** -1, lambda: 10.0 ** 400, lambda: float([]), lambda: 1.5 & 1, lambda: 2.0 < "a", lambda: round(float("nan")), lambda: round(float("inf")), lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.exp(1000)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
nan = float("nan")
print(nan == nan, nan != nan, nan < 1, [nan] == [nan], nan in [nan], min(1.0, nan), max([1, 2.5, 2]), sum([0.1] * 10), math.fsum([0.1] * 10))
print(f"{1234567.891:,.2f} {0.000012345:.3g} {1e10:.0f} {12.5:010.3f} {3.0:.0e} {1.5:#.0f} {255.5:<12}| {0.25:.1%} {1e6:n} {2.5:^9.1f}|")
print(math.sin(1), math.cos(1), math.tan(1), math.atan2(1, 2), math.log(10), math.log2(8), math.log10(1000), math.exp(1), math.hypot(3, 4), math.pi, math.e, math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(-3.25), math.frexp(10.0), math.ldexp(0.5, 4), math.isclose(0.1 + 0.2, 0.3), math.dist((0, 0), (3, 4)), math.degrees(math.pi), math.gamma(5), math.erf(0.5), math.nextafter(1, 2), math.ulp(1.0))
print(0.1 + 0.2, 1e16 + 1, 1 - 0.9, 3 * 1.1, 0.1 * 3, 1 / 7)
print(complex(1, 2) * complex(3, -1), abs(3 + 4j), (1 + 2j) ** 2, 1j ** 2, complex("1+2j"), (2 + 0j) / (1 - 1j), repr(-0j), 1j.conjugate(), complex(1.5, -0.0), f"{1+2j:.2f}")
print(hash(0.5), hash(2.0 ** 70), hash(1e300), hash(float("inf")), hash(1 + 0j), hash(2.5 + 1j))
