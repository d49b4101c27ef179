# math's integer functions.
import math
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(math.gcd(), math.gcd(12, 18), math.gcd(-12, 0), math.gcd(2 ** 100, 6 ** 50) == 2 ** 50, math.lcm(), math.lcm(4, 6, -10), math.lcm(0, 5))
# expect: 0 6 12 True 1 60 0
print(math.isqrt(0), math.isqrt(99), math.isqrt(10 ** 40 - 1), math.isqrt(2 ** 48 - 1), math.factorial(20), math.factorial(25))
# expect: 0 9 99999999999999999999 16777215 2432902008176640000 15511210043330985984000000
print(math.comb(5, 2), math.comb(3, 5), math.comb(100, 50), math.perm(5, 2), math.perm(5), math.perm(10 ** 20, 2), math.comb(10 ** 20, 2))
# expect: 10 0 100891344545564193334812497256 20 120 9999999999999999999900000000000000000000 4999999999999999999950000000000000000000
print(math.prod([1, 2, 3]), math.prod([]), math.prod([2.5, 2]), math.prod("a" for _ in ()), math.prod([3], start=2))
# expect: 6 1 5.0 1 6
print(math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.floor(1e20), math.ceil(2 ** 70))
# expect: -2 -1 -1 100000000000000000000 1180591620717411303424
for call in ((math.isqrt, -1), (math.factorial, -1), (math.factorial, 1.5), (math.comb, -1, 2), (math.perm, 2, -1),
             (math.gcd, 1.5), (math.floor, "a"), (math.trunc, "a"), (math.floor, float("nan")), (math.ceil, float("inf"))):
    print(error(*call))
# expect: ValueError: isqrt() argument must be nonnegative
# expect: ValueError: factorial() not defined for negative values
# expect: TypeError: 'float' object cannot be interpreted as an integer
# expect: ValueError: n must be a non-negative integer
# expect: ValueError: k must be a non-negative integer
# expect: TypeError: 'float' object cannot be interpreted as an integer
# expect: TypeError: must be real number, not str
# expect: TypeError: type str doesn't define __trunc__ method
# expect: ValueError: cannot convert float NaN to integer
# expect: OverflowError: cannot convert float infinity to integer
