# Calls: positions, keywords, unpacking, defaults, order of evaluation, errors.
def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs
print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, e=7, x=8))
# expect: (1, 2, 3, (), 4, 5, {}) (1, 2, 3, (4, 5), 6, 7, {'x': 8})
print(f(*[1, 2], *(3, 4), d=0, **{"z": 1}, **{"y": 2}))  # expect: (1, 2, 3, (4,), 0, 5, {'z': 1, 'y': 2})
def order(*args, **kwargs):
    return args, kwargs
def t(v):
    print(v, end=" ")
    return v
print(order(t(1), *[t(2)], t(3), k=t(4), **{"l": t(5)}, m=t(6)))
# expect: 1 2 3 4 5 6 ((1, 2, 3), {'k': 4, 'l': 5, 'm': 6})
for call in (lambda: f(), lambda: f(1), lambda: f(1, d=1, b=2), lambda: f(1, d=1, **{"d": 2}), lambda: order(*1),
             lambda: order(**1), lambda: (lambda x: x)(), lambda: (lambda: 0)(1), lambda: (lambda *, k: k)(),
             lambda: (lambda a, b: 0)(1, 2, 3), lambda: f(1, 2, c=1, d=2, **{1: 2})):
    try:
        call()
    except TypeError as error:
        print(error)
# expect: f() missing 1 required positional argument: 'a'
# expect: f() missing 1 required keyword-only argument: 'd'
# expect: __main__.f() got multiple values for keyword argument 'd'
# expect: __main__.order() argument after * must be an iterable, not int
# expect: __main__.order() argument after ** must be a mapping, not int
# expect: <lambda>.<locals>.<lambda>() missing 1 required positional argument: 'x'
# expect: <lambda>.<locals>.<lambda>() takes 0 positional arguments but 1 was given
# expect: <lambda>.<locals>.<lambda>() missing 1 required keyword-only argument: 'k'
# expect: <lambda>.<locals>.<lambda>() takes 2 positional arguments but 3 were given
# expect: keywords must be strings
default_calls = []
def default():
    default_calls.append(1)
    return []
def shared(x, bucket=default()):
    bucket.append(x)
    return bucket
print(shared(1), shared(2), len(default_calls))  # expect: [1, 2] [1, 2] 1
def varargs(*args):
    def inner(*a, **k):
        return a, k
    return inner(*args, **{"n": len(args)})
print(varargs(1, 2), varargs())  # expect: ((1, 2), {'n': 2}) ((), {'n': 0})
class Callable:
    def __call__(self, *args, **kwargs):
        return "called", args, kwargs
    def method(self, x, *, y=1):
        return x, y
c = Callable()
print(c(1, a=2), c.method(1), c.method(1, y=2), Callable.method(c, 5))
# expect: ('called', (1,), {'a': 2}) (1, 1) (1, 2) (5, 1)
bound = c.method
print(bound(7, y=8), bound(*[9], **{"y": 10}))  # expect: (7, 8) (9, 10)
print(max(3, 1, key=lambda v: -v), sorted("bca", reverse=True), int("ff", base=16))  # expect: 1 ['c', 'b', 'a'] 255
many = list(range(300))
print(len(order(*many)[0]), sum(many))  # expect: 300 44850
print((lambda a, b=1, *c, d, e=2, **g: (a, b, c, d, e, g))(0, d=3))  # expect: (0, 1, (), 3, 2, {})
def recursive(n, acc=()):
    return acc if n == 0 else recursive(n - 1, acc + (n,))
print(recursive(5))  # expect: (5, 4, 3, 2, 1)
