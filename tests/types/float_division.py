# //, % and divmod of floats: the remainder has the divisor's sign, zeros keep theirs.
for a, b in ((7.5, 2), (-7.5, 2), (7.5, -2), (-7.5, -2), (1e17, 3.0), (0.0, -3.0), (-0.0, 3.0), (1.0, 0.1),
             (5.0, float("inf")), (-5.0, float("inf"))):
    print(a // b, a % b, divmod(a, b))
# expect: 3.0 1.5 (3.0, 1.5)
# expect: -4.0 0.5 (-4.0, 0.5)
# expect: -4.0 -0.5 (-4.0, -0.5)
# expect: 3.0 -1.5 (3.0, -1.5)
# expect: 3.3333333333333332e+16 1.0 (3.3333333333333332e+16, 1.0)
# expect: -0.0 -0.0 (-0.0, -0.0)
# expect: -0.0 0.0 (-0.0, 0.0)
# expect: 9.0 0.09999999999999995 (9.0, 0.09999999999999995)
# expect: 0.0 5.0 (0.0, 5.0)
# expect: -1.0 inf (-1.0, inf)
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

import operator
for f in (operator.truediv, operator.floordiv, operator.mod, divmod):
    print(error(f, 1.0, 0.0))
# expect: ZeroDivisionError: float division by zero
# expect: ZeroDivisionError: float floor division by zero
# expect: ZeroDivisionError: float modulo
# expect: ZeroDivisionError: float divmod()
print(2.0 ** 0.5, (-8.0) ** 2, 0.0 ** 0, float("nan") ** 0, 1.0 ** float("nan"), (-1.0) ** float("inf"))
# expect: 1.4142135623730951 64.0 1.0 1.0 1.0 1.0
print((-1) ** 0.5, error(pow, 0.0, -1), error(pow, 1e200, 2.0), 2.0 ** -1074)
# expect: (6.123233995736766e-17+1j) ZeroDivisionError: 0.0 cannot be raised to a negative power OverflowError: (34, 'Numerical result out of range') 5e-324
print(error(pow, 2.0, 2, 3))
# expect: TypeError: pow() 3rd argument not allowed unless all arguments are integers
