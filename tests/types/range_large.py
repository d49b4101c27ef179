# Ranges beyond 64 bits.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

big = 2 ** 100
r = range(big, big + 10, 3)
print(list(r), len(r), r[-1], r[1:3], big + 3 in r, big + 4 in r, r.index(big + 6), list(reversed(r)))
# expect: [1267650600228229401496703205376, 1267650600228229401496703205379, 1267650600228229401496703205382, 1267650600228229401496703205385] 4 1267650600228229401496703205385 range(1267650600228229401496703205379, 1267650600228229401496703205385, 3) True False 2 [1267650600228229401496703205385, 1267650600228229401496703205382, 1267650600228229401496703205379, 1267650600228229401496703205376]
s = range(0, 2 ** 70)
print(error(len, s), s[2 ** 69], s[-1], s[::2 ** 68], 2 ** 69 in s, 2 ** 70 in s, bool(s))
# expect: OverflowError: Python int too large to convert to C ssize_t 590295810358705651712 1180591620717411303423 range(0, 1180591620717411303424, 295147905179352825856) True False True
print(range(-(2 ** 63), 2 ** 63, 2 ** 62)[1], list(range(2 ** 63 - 2, 2 ** 63 + 2)))
# expect: -4611686018427387904 [9223372036854775806, 9223372036854775807, 9223372036854775808, 9223372036854775809]
i = iter(range(2 ** 63 - 2, 2 ** 63 + 1))
print(next(i), next(i), next(i), next(i, "end"), type(i).__name__)
# expect: 9223372036854775806 9223372036854775807 9223372036854775808 end longrange_iterator
i = iter(range(2 ** 48 - 2, 2 ** 48 + 2))
print(list(i), type(i).__name__, type(iter(range(3))).__name__)
# expect: [281474976710654, 281474976710655, 281474976710656, 281474976710657] range_iterator range_iterator
