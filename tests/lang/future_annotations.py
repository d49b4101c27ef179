# Under `from __future__ import annotations` they are kept as text.
from __future__ import annotations
def f(a: int, b: undefined.name[1:2, ...] = 1, *args: (x if y else z), c: lambda q, *r: q + 1, **kw: {1: 2}) -> not a and b or c:
    pass
for name, text in f.__annotations__.items():
    print(name, "|", text)
# expect: a | int
# expect: b | undefined.name[1:2, ...]
# expect: args | x if y else z
# expect: c | lambda q, *r: q + 1
# expect: kw | {1: 2}
# expect: return | not a and b or c
class C:
    x: list[dict[str, int]] = []
    y: "quoted"
    z: f"{a!r:>{10}}" = 1
    w: [i async for i in b if c] = 1
    v: (1, 2) = 1
    u: -1 ** 2 = 1
    t: a < b <= c is not d = 1
    r: f(*a, k=1, **b) = 1
    q: (a, *b) = 1
    p: (a + b) * c - d // -e = 1
print(C.__annotations__)
# expect: {'x': 'list[dict[str, int]]', 'y': "'quoted'", 'z': "f'{a!r:>{10}}'", 'w': '[i async for i in b if c]', 'v': '(1, 2)', 'u': '-1 ** 2', 't': 'a < b <= c is not d', 'r': 'f(*a, k=1, **b)', 'q': '(a, *b)', 'p': '(a + b) * c - d // -e'}
