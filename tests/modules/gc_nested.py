# A collection from within native code that works on objects nothing else refers to: sorting, mapping,
# leaving a with statement, generators resumed by C.
import contextlib
import functools
import gc


class Value:
    def __init__(self, n):
        self.n = [n]

    def __eq__(self, other):
        gc.collect()
        return self.n == other.n

    def __hash__(self):
        gc.collect()
        return hash(self.n[0])

    def __add__(self, other):
        gc.collect()
        return Value(self.n[0] + other.n[0])

    def __repr__(self):
        gc.collect()
        return "v%d" % self.n[0]

    def __index__(self):
        gc.collect()
        return self.n[0]


def collecting(value):
    gc.collect()
    return value


print(sorted([[3], [1], [2]], key=lambda v: collecting(v)))         # expect: [[1], [2], [3]]
print(list(map(lambda n: collecting([n]), range(4))))               # expect: [[0], [1], [2], [3]]
print([[n] for n in (collecting(n) for n in range(4))])             # expect: [[0], [1], [2], [3]]
print(functools.reduce(lambda a, b: Value(a.n[0]) + b, map(Value, range(5))))   # expect: v10
print({Value(n % 3): [n] for n in range(6)})                        # expect: {v0: [3], v1: [4], v2: [5]}
print("%s %s" % (Value(1), Value(2)), "{} {!r}".format(Value(3), Value(4)), f"{Value(5)} {[Value(6)]}")
# expect: v1 v2 v3 v4 v5 [v6]
print(list(range(10))[Value(2):Value(5)], [Value(7)] + [Value(8)], (Value(9),) * Value(2))
# expect: [2, 3, 4] [v7, v8] (v9, v9)
print(max(map(Value, range(5)), key=lambda v: collecting(v.n[0])))  # expect: v4
print(dict(zip(map(Value, range(3)), (collecting([n]) for n in range(3)))))     # expect: {v0: [0], v1: [1], v2: [2]}


@contextlib.contextmanager
def manager(n):
    value = Value(n)
    try:
        yield Value(n + 1)
    finally:
        gc.collect()
        print("left", value)


def with_return(n):
    with manager(n) as outer, manager(n + 10) as inner:
        return [outer, inner, Value(n + 20)]


print(with_return(1))
# expect: left v11
# expect: left v1
# expect: [v2, v12, v21]
for n in range(3):
    with manager(n) as value:
        if n == 1:
            continue
        print(value, "in", n)
# expect: v1 in 0
# expect: left v0
# expect: left v1
# expect: v3 in 2
# expect: left v2
try:
    with manager(5):
        raise ValueError([Value(6)])
except ValueError as e:
    gc.collect()
    print(repr(e))
# expect: left v5
# expect: ValueError([v6])


class Meta(type):
    def __call__(cls, *args, **keywords):
        gc.collect()
        return super().__call__(*args, **keywords)

    def __prepare__(name, bases):
        gc.collect()
        return {"made": [name]}


class Made(metaclass=Meta):
    def __init__(self, *args, **keywords):
        gc.collect()
        self.args = args, keywords

    def __getattr__(self, name):
        gc.collect()
        return [name]

    @property
    def computed(self):
        gc.collect()
        return [self.args]


print(Made(Value(1), *[Value(2)], **{"a": Value(3)}).args, Made().anything, Made([1]).computed, Made.made)
# expect: ((v1, v2), {'a': v3}) ['anything'] [(([1],), {})] ['Made']
print(eval("[Value(1), collecting([2]), *map(Value, range(2))]"))   # expect: [v1, [2], v0, v1]
