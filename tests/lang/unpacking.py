# Assignment targets: sequences, stars, nesting; nothing is bound when the count is wrong.
a, b = 1, 2
a, b = b, a
print(a, b)  # expect: 2 1
(a, [b, c]), d = (1, (2, 3)), 4
print(a, b, c, d)  # expect: 1 2 3 4
first, *middle, last = range(6)
print(first, middle, last)  # expect: 0 [1, 2, 3, 4] 5
*start, end = "abc"
print(start, end)  # expect: ['a', 'b'] c
[x, *y] = [1]
print(x, y)  # expect: 1 []
a = b = c = []
a.append(1)
print(b is c, b)  # expect: True [1]
def atomic():
    p, q = "p", "q"
    try:
        p, q = iter([1, 2, 3])
    except ValueError as error:
        print(error)
    return p, q
print(atomic())
# expect: too many values to unpack (expected 2)
# expect: ('p', 'q')
def swap_many():
    a, b, c = 1, 2, 3
    a, b, c = c, a, b
    return a, b, c
print(swap_many())  # expect: (3, 1, 2)
d = {}
d["k"], d["l"] = 1, 2
print(d)  # expect: {'k': 1, 'l': 2}
i, d[i] = 5, "five"
print(d[5])  # expect: five
for x, (y, *z) in [(1, (2, 3, 4)), (5, (6,))]:
    print(x, y, z)
# expect: 1 2 [3, 4]
# expect: 5 6 []
for wrong in ((1,), (1, 2, 3), 5):
    try:
        a, b = wrong
    except (ValueError, TypeError) as error:
        print(error)
# expect: not enough values to unpack (expected 2, got 1)
# expect: too many values to unpack (expected 2)
# expect: cannot unpack non-iterable int object
try:
    a, *b, c = [1]
except ValueError as error:
    print(error)  # expect: not enough values to unpack (expected at least 2, got 1)
class Attr:
    pass
o = Attr()
o.x, o.y = o.z = 1, 2
print(o.x, o.y, o.z)  # expect: 1 2 (1, 2)
print([*range(3), *"ab"], (*[1], 2), {*[1, 2], 3}, {**{"a": 1}, "b": 2, **{"a": 3}})
# expect: [0, 1, 2, 'a', 'b'] (1, 2) {1, 2, 3} {'a': 3, 'b': 2}
def star_return():
    rest = (2, 3)
    return 1, *rest
print(star_return())  # expect: (1, 2, 3)
() = []
[] = ()
