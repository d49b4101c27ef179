class Base:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = tag
        Base.registry.append((cls.__name__, tag))
    def __init__(self, x):
        self.x = x
    def __repr__(self):
        return f"{type(self).__name__}({self.x!r})"
    def hello(self):
        return "base"
    @classmethod
    def make(cls, *a):
        return cls(*a)
    @staticmethod
    def add(a, b):
        return a + b
    @property
    def double(self):
        "twice x"
        return self.x * 2
    @double.setter
    def double(self, v):
        self.x = v // 2
    @double.deleter
    def double(self):
        del self.x

class Left(Base, tag="l"):
    def hello(self):
        return "left " + super().hello()
class Right(Base, tag="r"):
    def hello(self):
        return "right " + super().hello()
class Both(Left, Right):
    def hello(self):
        return "both " + super().hello()

b = Both.make(21)
print(b, b.hello(), b.double, Both.add(1, 2), Base.registry)
b.double = 10
print(b.x, Base.double.__doc__)
del b.double
try:
    b.x
except AttributeError as e:
    print(e)
print([c.__name__ for c in Both.__mro__], Both.__bases__, Both.__qualname__)
try:
    class Bad(Base, Both):
        pass
except TypeError as e:
    print(e)
print(isinstance(b, Right), issubclass(Both, (int, Left)), hasattr(b, "hello"))
b.__dict__["z"] = 1
print(b.z, vars(b), getattr(b, "nope", "default"))
b.__class__ = Left
print(b.hello())
T = type("T", (Base,), {"y": 3, "f": lambda self: self.y})
print(T(1).f(), T.__name__, T.__module__)
class Empty: pass
e = Empty()
e.a = 1; e.b = 2
del e.a
print(e.__dict__)
for bad in (lambda: Empty(1), lambda: Base(), lambda: Base(1, 2), lambda: object(1), lambda: Empty.nope, lambda: setattr(3, "x", 1)):
    try:
        print(bad())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
class Nested:
    class Inner:
        def f(self): pass
print(Nested.Inner.f.__qualname__, Nested.Inner.__qualname__)
class Getattr:
    def __getattr__(self, name):
        if name.startswith("a"):
            return name.upper()
        raise AttributeError(name)
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value + 1)
    def __delattr__(self, name):
        print("del", name)
g = Getattr(); g.z = 1; del g.z
print(g.abc, g.z, hasattr(g, "b"))
class Getattribute:
    x = 1
    def __getattribute__(self, name):
        return ("got", name)
print(Getattribute().x, Getattribute().anything)
