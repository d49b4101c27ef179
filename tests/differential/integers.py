a = 2 ** 200 + 12345; b = 3 ** 90 - 7
print(a, b, a * b, a // b, a % b, divmod(-a, b), -a // b, -a % b)
print(a + b, a - b, b - a, a & b, a | b, a ^ b, ~a, a >> 70, a << 3, -a >> 70, -b & 0xffff)
print(pow(3, 1000, 10 ** 30), pow(7, -1, 11), 2 ** -2, (-2) ** 3, 0 ** 0)
for n in (0, 1, -1, 255, 2 ** 47 - 1, 2 ** 47, -2 ** 47, 2 ** 62, 2 ** 63, -2 ** 63 - 1, 2 ** 64, 10 ** 40):
    print(n, n + 1, n - 1, -n, abs(n), n * n, hex(n), oct(n), bin(n)[:20], n.bit_length(), n.bit_count(), hash(n), float(n))
for t in ("0", "-12", " 42 ", "1_000", "0x1f", "0b101", "0o17", "", "abc", "1__0", "_1", "9" * 50):
    try:
        print(repr(t), int(t, 0))
    except ValueError as e:
        print(e)
print(int("zz", 36), int("-101", 2), int(3.99), int(-3.99), int("٣"), int(b"12"), int(True))
for bad in (lambda: int("12", 1), lambda: int("3.5"), lambda: int(None), lambda: 1 // 0, lambda: 1 % 0, lambda: 1 << -1,
            lambda: int(float("nan")), lambda: int(float("inf")), lambda: int("x" * 10), lambda: pow(2, -1, 4), lambda: 1 + "a",
            lambda: "a" * 1.5, lambda: int([])):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
print((12345).to_bytes(4, "big"), (-2).to_bytes(2, "little", signed=True), int.from_bytes(b"\xff\xfe", "big", signed=True))
print((10).as_integer_ratio(), (7).numerator, (7).conjugate(), (3).__index__(), 5 .real)
print(f"{10**20:,} {255:#x} {255:08b} {-5:+d} {42:>10} {42:<10}| {42:^10}| {1234567:_} {65:c} {12:e} {0.5:%} {42:=+8}")
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), 7 / 2, 10 ** 30 / 10 ** 20, (2 ** 60 + 1) / 3)
print(3 < 3.5, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 10 ** 400 > 1e308, 1 == True, hash(1) == hash(1.0) == hash(True))
import math
print(math.isqrt(10 ** 41), math.gcd(2 ** 100, 6 ** 50), math.factorial(30), math.comb(60, 30), math.lcm(4, 6, 10), math.perm(10, 3))
class I(int):
    def __add__(self, o): return "added"
print(I(3) + 1, 1 + I(3), I(3) * 2, type(I(3) * 2).__name__, I(5), repr(I(5)))
s = 0
for i in range(1, 300): s = s * 31 + i
print(s % (10 ** 18 + 9), len(str(s)))
x = 1
for i in range(200): x = x * -7 + i
print(x, x // 12345678901234567890, str(x)[::-1][:10])
try:
    int("1" * 5000)
except ValueError as e:
    print(e)
