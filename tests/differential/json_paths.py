# JSON with and without indentation: values of all kinds, derived classes, circles, errors; keys that repeat.
import collections
import enum
import json


class SomeList(list): pass
class SomeDict(dict): pass
class Number(enum.IntEnum):
    ONE = 1
class Real(float):
    def __repr__(self): return "real"
class Doubled(list):
    def __iter__(self): return iter([*super().__iter__()] * 2)
Pair = collections.namedtuple("Pair", "a b")


def show(function, *args, **names):
    try:
        print(repr(function(*args, **names)))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


documents = [
    [], {}, [[]], [{}], {"a": []}, {"a": {"b": [1, 2, {"c": None}]}},
    [1, 2.5, True, False, None, "é\u2028\"\\\n\x7f\x00😀", 10**30, -7], [float("inf")], {float("nan"): -float("inf")},
    {1: 2, 2.5: 3, None: 4, True: 5, "k": 6}, SomeList([1, SomeList()]), SomeDict(a=1), Pair(1, [2]), Number.ONE,
    Real(1.5), (1, (2,)), collections.OrderedDict(b=1, a=2), {"x": "y" * 300}, {(1, 2): 3, "a": 1}, {(1,): 2}, [object]]
settings = [{}, {"sort_keys": True}, {"ensure_ascii": False}, {"separators": (",", ":")}, {"skipkeys": True},
            {"check_circular": False}, {"allow_nan": False}, {"default": lambda value: "default"}]
for document in documents:
    for indent in (None, 0, 1, 4, "\t", "--", -3, ""):
        for setting in settings:
            show(json.dumps, document, indent=indent, **setting)
show(json.dumps, Doubled([1]), indent=1)

for indent in (None, 2):
    circle = []
    circle.append(circle)
    show(json.dumps, circle, indent=indent)
    deep = inner = []
    for i in range(60):
        inner += [[], {"q": [[]]}]
        inner = inner[0]
    show(json.dumps, deep, indent=indent)
    inner.append(deep)
    show(json.dumps, deep, indent=indent)
    inner[0] = inner
    show(json.dumps, deep, indent=indent)

    class Encoder(json.JSONEncoder):
        def default(self, value):
            return [self.indent, str(value)] if isinstance(value, complex) else super().default(value)

    show(json.dumps, {"a": 1j, "b": [2j]}, cls=Encoder, indent=indent)
    show(json.dumps, {"a": {1}}, cls=Encoder, indent=indent)
    print(list(json.JSONEncoder(indent=indent).iterencode([1, {"a": 2}])))
    shared = [1, 2]
    show(json.dumps, [shared, shared, {"a": shared}], indent=indent)

for text in ('{"a":1,"b":[{"a":2,"ab":3,"":4,"a\\u0062":5,"é":6,"a key that is longer than others":7,'
             '"a key that is longer than others":8}]}',
             "[1.5,-2e10,1E5,-0.0,0,-0,123456789012345678901234567890,1.7976931348623157e309,"
             "3.14159265358979323846264338327950288419716939937510]",
             '"abc', '{"a', '{"a\n":1}', '{"a":1,}', "[1.,2]", '{"k":"v\\ud83d\\ude00"}', '{"ж":1,"a":{"ж":2}}'):
    show(json.loads, text)
show(json.loads, "[1.5,2]", parse_float=str, parse_int=float)
keys = [list(record)[0] for record in json.loads('[{"abc":1},{"abc":2}]')]
print(keys[0] is keys[1])
