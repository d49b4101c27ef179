from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
class Color:
    RED = 1
def f(v):
    match v:
        case 0 | 1:
            return "small"
        case -1 | 2.5 | 3 + 4j:
            return "number"
        case "a" "b":
            return "string"
        case None | True:
            return "constant"
        case Color.RED:
            return "red"
        case [] | ():
            return "empty"
        case [x]:
            return f"one {x}"
        case [Point(x=0, y=yy), *others]:
            return f"points {yy} {others}"
        case [1, _, *rest, 9]:
            return f"1..9 {rest}"
        case (a, b) if a == b:
            return "equal pair"
        case [a, (b, [c])]:
            return f"nested {a} {b} {c}"
        case {"type": "x", "value": value, **rest}:
            return f"mapping {value} {rest}"
        case {}:
            return "some mapping"
        case Point(0, y):
            return f"on axis {y}"
        case Point(x=xx) if xx > 100:
            return "far"
        case Point() as p:
            return f"point {p}"
        case str() | bytes():
            return "text"
        case int(n) if n > 50:
            return f"big int {n}"
        case float(q):
            return f"float {q}"
        case _:
            return "other"
for v in (0, True, -1, 2.5, 3 + 4j, "ab", None, [], [5], [Point(0, 7), 1], [1, 2, 3, 9], (4, 4), [1, (2, [3])],
          {"type": "x", "value": 3, "q": 1}, {"z": 1}, Point(0, 5), Point(200, 1), Point(2, 3), "zz", b"q", 99, 3.5,
          {1}, object, range(3), 42, (1, 2, 3)):
    print(repr(v), "->", f(v))
class Args:
    __match_args__ = ("a", "b")
    a, b = 1, 2
match Args():
    case Args(p, b=q):
        print(p, q)
try:
    match Args():
        case Args(1, 2, 3): pass
except TypeError as e:
    print(e)
try:
    match 1:
        case int(1, 2): pass
except TypeError as e:
    print(e)
match = case = 5
print(match + case)
match (1, 2), 3:
    case (a, b), c:
        print(a, b, c)
class Seq(list): pass
match Seq([1, 2]):
    case [a, b]: print("seq", a, b)
match "abc":
    case [a, b, c]: print("wrong")
    case x: print("capture", x)
from collections import OrderedDict, deque
match deque([1, 2]):
    case [a, b]: print("deque", a, b)
match {"k": {"n": [1, {"d": 2}]}}:
    case {"k": {"n": [_, {"d": d}]}}: print("deep", d)
