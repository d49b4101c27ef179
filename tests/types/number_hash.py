# Numbers that are equal have equal hashes; the hash is the value modulo 2**61 - 1.
import sys
from fractions import Fraction
p = sys.hash_info.modulus
print(p == 2 ** 61 - 1, hash(p), hash(p + 1), hash(-1), hash(-p - 1), hash(2 ** 61), hash(float("inf")), hash(-float("inf")))
# expect: True 0 1 -2 -2 1 314159 -314159
for n in (0, 1, -1, 2 ** 60, 2 ** 61 - 2, 2 ** 200, -(2 ** 200), 3 ** 50):
    assert hash(n) == hash(Fraction(n)) and (float(n) != n or hash(float(n)) == hash(n)) and hash(complex(n)) == hash(float(n))
for x in (0.5, -0.25, 1e300, 5e-324, 0.1):
    assert hash(x) == hash(Fraction(x)) == hash(complex(x))
print(hash(0.5), hash(1e300), hash(1 + 1j))
# expect: 1152921504606846976 1224995262755759164 1000004
