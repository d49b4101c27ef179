# cmath.
import cmath
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(cmath.sqrt(-1), cmath.sqrt(-4 + 0j), cmath.phase(-1), cmath.polar(3 + 4j)[0], cmath.rect(2, 0), cmath.isclose(1j, 1j + 1e-12), cmath.infj, cmath.nanj)
# expect: 1j 2j 3.141592653589793 5.0 (2+0j) True infj nanj
print(cmath.exp(0), cmath.log(1), cmath.isnan(complex("nan")), cmath.isinf(cmath.infj), cmath.isfinite(1j))
# expect: (1+0j) 0j True True True
assert cmath.isclose(cmath.exp(1j * cmath.pi), -1) and cmath.isclose(cmath.sin(cmath.asin(0.5 + 1j)), 0.5 + 1j)
assert cmath.isclose(cmath.log(8, 2), 3) and cmath.isclose(cmath.tanh(cmath.atanh(0.1j)), 0.1j)
for call in ((cmath.log, 0), (cmath.atanh, 1), (cmath.exp, 1000), (cmath.rect, 1, float("inf")), (cmath.sqrt, "a"), (cmath.cosh, complex(0, float("inf")))):
    print(error(*call))
# expect: ValueError: math domain error
# expect: ValueError: math domain error
# expect: OverflowError: math range error
# expect: ValueError: math domain error
# expect: TypeError: must be real number, not str
# expect: ValueError: math domain error
