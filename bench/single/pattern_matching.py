# match statements: an evaluator of expression trees, and of messages as dictionaries.
from dataclasses import dataclass

@dataclass
class Number:
    value: float
@dataclass
class Name:
    name: str
@dataclass
class Binary:
    operator: str
    left: object
    right: object

def evaluate(tree, names):
    match tree:
        case Number(value):
            return value
        case Name(name) if name in names:
            return names[name]
        case Binary("+", left, right):
            return evaluate(left, names) + evaluate(right, names)
        case Binary("*", Number(0), _) | Binary("*", _, Number(0)):
            return 0
        case Binary("*", left, right):
            return evaluate(left, names) * evaluate(right, names)
        case Binary("-", left, right):
            return evaluate(left, names) - evaluate(right, names)
    raise ValueError(tree)

def answer(message):
    match message:
        case {"kind": "add", "values": [first, *rest]}:
            return first + sum(rest)
        case {"kind": "point", "at": (x, y), **others}:
            return x * y + len(others)
        case [int(a), str(b)] | (str(b), int(a)):
            return a + len(b)
        case None | True | False:
            return -1
        case _:
            return 0

tree = Binary("+", Binary("*", Number(2), Name("x")), Binary("-", Name("y"), Binary("*", Number(0), Name("z"))))
total = sum(evaluate(tree, {"x": i, "y": 1, "z": 9}) for i in range(6_000))
assert total == sum(2 * i + 1 for i in range(6_000))
messages = [{"kind": "add", "values": [1, 2, 3]}, {"kind": "point", "at": (2, 3), "c": 1}, [4, "five"], ("six", 6), None, {}]
assert sum(answer(messages[i % 6]) for i in range(30_000)) == 5_000 * (6 + 7 + 8 + 9 - 1 + 0)
