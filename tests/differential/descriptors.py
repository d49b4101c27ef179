class Data:
    def __init__(self, name): self.name = name
    def __get__(self, obj, owner=None):
        return (self.name, "get", obj is None, owner.__name__)
    def __set__(self, obj, value): print("set", self.name, value)
    def __delete__(self, obj): print("delete", self.name)
class NonData:
    def __get__(self, obj, owner): return "nondata"
class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, owner):
        return self if obj is None else getattr(obj, self.name)
    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}, not {type(value).__name__}")
        setattr(obj, self.name, value)
class C:
    d = Data("d")
    n = NonData()
    age = Typed(int)
    name = Typed(str)
c = C()
print(c.d, C.d, c.n, C.n)
c.d = 5
del c.d
c.__dict__["d"] = "instance d"
c.__dict__["n"] = "instance n"
print(c.d, c.n)
c.age = 3
print(c.age)
try:
    c.name = 3
except TypeError as e:
    print(e)
class Lazy:
    def __init__(self, f): self.f = f
    def __get__(self, obj, owner):
        value = self.f(obj)
        obj.__dict__[self.f.__name__] = value
        return value
class L:
    @Lazy
    def value(self):
        print("computed")
        return 42
l = L()
print(l.value, l.value)
class Methods:
    def m(self, x): return x
bound = Methods().m
print(bound(3), Methods.m(None, 4), bound.__func__ is Methods.m, type(bound).__name__)
print(Methods.m.__get__(1, int)(5))
try:
    del C().n
except AttributeError as e:
    print("no delete", e)
class ReadOnly:
    @property
    def x(self): return 1
for action in (lambda: setattr(ReadOnly(), "x", 2), lambda: delattr(ReadOnly(), "x"), lambda: setattr(ReadOnly(), "y", 2)):
    try:
        action(); print("fine")
    except AttributeError as e:
        print(e)
class cm:
    @classmethod
    def f(cls): return cls.__name__
    @staticmethod
    def g(): return "static"
class sub(cm): pass
print(sub.f(), sub().f(), sub.g(), cm.__dict__["f"].__func__.__name__)
import functools
class P:
    calls = 0
    @functools.cached_property
    def c(self):
        P.calls += 1
        return P.calls
    @functools.singledispatchmethod
    def s(self, x): return "any"
    @s.register
    def _(self, x: int): return "int"
    pm = functools.partialmethod(lambda self, a, b: (a, b), 1)
p = P()
print(p.c, p.c, p.s(1), p.s("x"), p.pm(2))
