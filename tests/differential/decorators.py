import functools
def trace(f):
    @functools.wraps(f)
    def wrapper(*a, **k):
        print("call", f.__name__, a, k)
        return f(*a, **k)
    return wrapper
def times(n):
    def deco(f):
        def w(*a):
            return [f(*a) for _ in range(n)]
        return w
    return deco
@trace
@times(2)
def f(x): return x
print(f(3), f.__name__, f.__wrapped__.__name__)
@trace
def g(a, b=1):
    "doc of g"
    return a + b
print(g(1, b=5), g.__name__, g.__doc__, g.__wrapped__(1))
registry = {}
def register(name=None, /, **opts):
    def deco(cls):
        registry[name or cls.__name__] = (cls, opts)
        return cls
    return deco
@register("x", a=1)
class A: pass
@register()
class B: pass
print(sorted(registry), registry["x"][1])
@(lambda f: f)
def h(): return "lambda decorator"
print(h())
decos = [trace, lambda f: f]
@decos[0]
def i(): pass
i()
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), fib.cache_info().hits > 10)
@functools.total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(2), T(3) > T(2), T(1) >= T(2))
@functools.singledispatch
def s(x): return "object"
@s.register(int)
def _(x): return "int"
@s.register
def _(x: list): return "list"
print(s(1), s([]), s(""), s(True))
print(functools.reduce(lambda a, b: a * b, range(1, 6)), functools.partial(int, base=2)("101"))
p = functools.partial(g, 1, b=2)
print(p.args, p.keywords, p())
class CountCalls:
    def __init__(self, f): self.f, self.n = f, 0
    def __call__(self, *a): self.n += 1; return self.f(*a)
@CountCalls
def z(): return "z"
z(); z(); print(z.n)
