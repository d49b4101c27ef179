# repr() is the shortest text that reads back as the same float.
for x in (0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308,
          2.0 ** 53, 1 / 3, 1e22, 1e23, 9007199254740993.0, float("inf"), -float("inf"), float("nan")):
    print(x)
# expect: 0.0
# expect: -0.0
# expect: 1.0
# expect: 0.1
# expect: 1e+16
# expect: 1000000000000000.0
# expect: 1.2345678901234568e+17
# expect: 0.0001
# expect: 1e-05
# expect: 5e-324
# expect: 1.7976931348623157e+308
# expect: 9007199254740992.0
# expect: 0.3333333333333333
# expect: 1e+22
# expect: 1e+23
# expect: 9007199254740992.0
# expect: inf
# expect: -inf
# expect: nan
import random
r = random.Random(1)
import struct
for _ in range(2000):
    x = struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0]
    assert x != x or float(repr(x)) == x, x
