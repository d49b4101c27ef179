# The match statement: every pattern, order of tests, bindings.
from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
class Color:
    RED = "red"
def f(v):
    match v:
        case 0 | 1:
            return "small"
        case -1:
            return "minus one"
        case 1.5 | 2 + 3j:
            return "number"
        case "text" | b"bytes":
            return "literal"
        case None | True | False:
            return "singleton"
        case Color.RED:
            return "dotted"
        case []:
            return "empty sequence"
        case [x]:
            return "one", x
        case [1, *rest]:
            return "starts with 1", rest
        case [*_, 9]:
            return "ends with 9"
        case (first, [second, *_], *others) if first != second:
            return "nested", first, second, others
        case {"kind": "a", "value": value}:
            return "mapping", value
        case {"rest": _, **rest}:
            return "rest", rest
        case Point(x=0, y=y):
            return "on the axis", y
        case Point(a, b) as p if a == b:
            return "diagonal", p
        case Point():
            return "point"
        case int() as i if i > 100:
            return "large", i
        case str(s):
            return "str", s
        case (float() | complex()) as n:
            return "inexact", n
        case {}:
            return "any mapping"
        case _:
            return "default", type(v).__name__
for v in (0, 1, -1, 1.5, 2+3j, "text", b"bytes", None, True, False, "red", [], (5,), [1, 2, 3], (4, 9),
          [1, [2, 3], 4, 5], [7, [8], 9, 10], {"kind": "a", "value": 3}, {"rest": 1, "b": 2}, Point(0, 3),
          Point(2, 2), Point(1, 2), 500, "hello", 2.5, {1: 2}, 50, {1}):
    print(v, "->", f(v))
# expect: 0 -> small
# expect: 1 -> small
# expect: -1 -> minus one
# expect: 1.5 -> number
# expect: (2+3j) -> number
# expect: text -> literal
# expect: b'bytes' -> literal
# expect: None -> singleton
# expect: True -> small
# expect: False -> small
# expect: red -> dotted
# expect: [] -> empty sequence
# expect: (5,) -> ('one', 5)
# expect: [1, 2, 3] -> ('starts with 1', [2, 3])
# expect: (4, 9) -> ends with 9
# expect: [1, [2, 3], 4, 5] -> ('starts with 1', [[2, 3], 4, 5])
# expect: [7, [8], 9, 10] -> ('nested', 7, 8, [9, 10])
# expect: {'kind': 'a', 'value': 3} -> ('mapping', 3)
# expect: {'rest': 1, 'b': 2} -> ('rest', {'b': 2})
# expect: Point(x=0, y=3) -> ('on the axis', 3)
# expect: Point(x=2, y=2) -> ('diagonal', Point(x=2, y=2))
# expect: Point(x=1, y=2) -> point
# expect: 500 -> ('large', 500)
# expect: hello -> ('str', 'hello')
# expect: 2.5 -> ('inexact', 2.5)
# expect: {1: 2} -> any mapping
# expect: 50 -> ('default', 'int')
# expect: {1} -> ('default', 'set')
def binding_after_failure(v):
    x = "before"
    match v:
        case [x, 1]:
            return "matched", x
        case _:
            return x
print(binding_after_failure([5, 1]), binding_after_failure([5, 2]))  # expect: ('matched', 5) before
def same_subject(x):
    match x:
        case [x] if x == 0:
            return "zero"
        case [y]:
            return "one", y
print(same_subject([0]), same_subject([3]))  # expect: zero ('one', 3)
def alternatives(v):
    match v:
        case [a, b, 1] | [b, 2, a]:
            return a, b
print(alternatives([10, 20, 1]), alternatives([20, 2, 10]), alternatives([1]))  # expect: (10, 20) (10, 20) None
match {"a": {"b": [1, {"c": "found"}]}}:
    case {"a": {"b": [_, {"c": deep}]}}:
        print(deep)  # expect: found
match "not a sequence":
    case [*chars]:
        print("wrong")
    case _:
        print("strings are not sequences")  # expect: strings are not sequences
