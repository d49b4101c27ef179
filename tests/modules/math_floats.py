# math's floating-point functions and their errors.
import math
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(math.pi, math.e, math.tau, math.inf, math.nan)
# expect: 3.141592653589793 2.718281828459045 6.283185307179586 inf nan
print(math.sqrt(2), math.exp(1), math.log(10), math.log(8, 2), math.log2(8), math.log10(1000), math.log(10 ** 400), math.log2(2 ** 2000))
# expect: 1.4142135623730951 2.718281828459045 2.302585092994046 3.0 3.0 3.0 921.0340371976182 2000.0
print(math.fsum([0.1] * 10), math.fsum([1e100, 1.0, -1e100]), math.fsum([]), math.hypot(3, 4), math.hypot(1e200, 1e200), math.dist([0, 0], (1, 1)))
# expect: 1.0 1.0 0.0 5.0 1.414213562373095e+200 1.4142135623730951
print(math.frexp(10.0), math.ldexp(0.5, 4), math.modf(-2.5), math.fmod(-5, 3), math.remainder(5, 3), math.copysign(1, -0.0))
# expect: (0.625, 4) 8.0 (-0.5, -2.0) -2.0 -1.0 -1.0
print(math.nextafter(1, 2), math.ulp(1.0), math.ulp(math.inf), math.isclose(1, 1 + 1e-10), math.isclose(1, 2, abs_tol=1), math.cbrt(27), math.exp2(10))
# expect: 1.0000000000000002 2.220446049250313e-16 inf True True 3.0000000000000004 1024.0
print(math.gamma(5), math.isclose(math.gamma(0.5), math.pi ** 0.5), math.isclose(math.lgamma(100), 359.13420536957540), math.erf(1), math.degrees(math.pi), math.radians(180), math.atan2(1, -1), math.pow(2, 0.5))
# expect: 24.0 True True 0.8427007929497149 180.0 3.141592653589793 2.356194490192345 1.4142135623730951
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.pow(0, 0), math.pow(1, math.nan), math.expm1(1e-10), math.log1p(1e-10))
# expect: True True True 1.0 1.0 1.00000000005e-10 9.999999999500001e-11
for call in ((math.sqrt, -1), (math.log, 0), (math.log, -1), (math.log, 5, 1), (math.exp, 1000), (math.acos, 2), (math.gamma, 0), (math.gamma, 200),
             (math.pow, -1, 0.5), (math.pow, 0, -1), (math.pow, 10, 400), (math.fmod, 1, 0), (math.ldexp, 1.0, 5000), (math.ldexp, 1, 1.5),
             (math.fsum, [math.inf, -math.inf]), (math.fsum, [1e308, 1e308]), (math.dist, [1], [1, 2]), (math.sin, math.inf), (math.sqrt, "a"),
             (math.isclose, 1, 2), (math.cosh, 1000), (math.lgamma, -1), (math.sqrt, 10 ** 400)):
    print(call[0].__name__, error(*call))
# expect: sqrt ValueError: math domain error
# expect: log ValueError: math domain error
# expect: log ValueError: math domain error
# expect: log ZeroDivisionError: float division by zero
# expect: exp OverflowError: math range error
# expect: acos ValueError: math domain error
# expect: gamma ValueError: math domain error
# expect: gamma OverflowError: math range error
# expect: pow ValueError: math domain error
# expect: pow ValueError: math domain error
# expect: pow OverflowError: math range error
# expect: fmod ValueError: math domain error
# expect: ldexp OverflowError: math range error
# expect: ldexp TypeError: Expected an int as second argument to ldexp.
# expect: fsum ValueError: -inf + inf in fsum
# expect: fsum OverflowError: intermediate overflow in fsum
# expect: dist ValueError: both points must have the same number of dimensions
# expect: sin ValueError: math domain error
# expect: sqrt TypeError: must be real number, not str
# expect: isclose False
# expect: cosh OverflowError: math range error
# expect: lgamma ValueError: math domain error
# expect: sqrt OverflowError: int too large to convert to float
