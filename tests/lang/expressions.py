# Operators, comparisons, short circuits, conditional expressions, slices, folding.
class T:
    def __init__(self, name, truth=True): self.name, self.truth = name, truth
    def __bool__(self):
        print(self.name, end=" ")
        return self.truth
    def __repr__(self): return self.name
t, f = T("t"), T("f", False)
print(t and f, f and t, t or f, f or t, not t, not f)  # expect: t f t f t f f f t t False True
print(t and f or t, (f or t) and f, not (t and f))  # expect: t f f t t f t f True
if t and (f or t): print("yes")  # expect: t f t yes
if not (f or f): print("neither")  # expect: f f neither
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 == 1.0 == True)  # expect: True False True True
def once(v):
    print("once", v, end=" ")
    return v
print(1 < once(2) < 3, 3 < once(2) < once(1))  # expect: once 2 once 2 True False
print("a" if [] else "b", (1 if True else 2) + 3, [x if x else -1 for x in (0, 1)])  # expect: b 4 [-1, 1]
print(7 // 2, -7 // 2, 7 % -3, 2 ** 10, 2 ** -1, 7 / 2, ~5, -(-3), +True, 1 << 70, 5 & 6 | 1 ^ 8)
# expect: 3 -4 -2 1024 0.5 3.5 -6 3 1 1180591620717411303424 13
print("ab" * 3, [1] * 2 + [3], (1, 2) + (3,), "%s-%d" % ("x", 5), b"a" + b"b")
# expect: ababab [1, 1, 3] (1, 2, 3) x-5 b'ab'
s = list(range(10))
print(s[2:5], s[::-3], s[-2:], s[:], s[5:2], s[slice(1, None, 4)])
# expect: [2, 3, 4] [9, 6, 3, 0] [8, 9] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] [] [1, 5, 9]
s[2:4] = ["x"]
s[::4] = "abc"
del s[1:3]
print(s)  # expect: ['a', 4, 'b', 6, 7, 8, 'c']
print(1 in (1, 2), 3 not in [1, 2], "b" in "abc", None is None, [] is not [], 1 in {1: 2})
# expect: True True True True True True
print((1, (2, "a"), None, ...)[1], "abc"[1], "abc"[-1])  # expect: (2, 'a') b c
print(0.1 + 0.2, 1e100, -0.0, 1_000, 0xff, 0b11, 1j * 1j)
# expect: 0.30000000000000004 1e+100 -0.0 1000 255 3 (-1+0j)
x = 5
x += 1; x -= 2; x *= 10; x //= 3; x **= 2; x %= 100; x <<= 2; x >>= 1; x |= 1; x &= 0xff; x ^= 3
print(x)  # expect: 136
l = [1]
m = l
l += [2]
print(m)  # expect: [1, 2]
d = {"k": [0]}
d["k"][0] += 5
print(d)  # expect: {'k': [5]}
class O: pass
o = O(); o.v = 1; o.v += 1
print(o.v)  # expect: 2
try:
    1 + "a"
except TypeError as error:
    print(error)  # expect: unsupported operand type(s) for +: 'int' and 'str'
try:
    1 < "a"
except TypeError as error:
    print(error)  # expect: '<' not supported between instances of 'int' and 'str'
print(f"{1+1} {'q'!r} {3.14159:.2f} {10:>{5}} {x=} {{}} {'nested ' + f'{1}'}")
# expect: 2 'q' 3.14    10 x=136 {} nested 1
print("end")  # expect: end
