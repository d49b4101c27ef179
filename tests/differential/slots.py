class Point:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x; self.y = y
p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"))
for act in (lambda: setattr(p, "z", 1), lambda: Point.__new__(Point).x, lambda: delattr(Point.__new__(Point), "y")):
    try:
        act()
    except AttributeError as e:
        print(e)
class P3(Point):
    __slots__ = ("z",)
q = P3(1, 2); q.z = 3
print(q.x + q.y + q.z, P3.z, Point.x.__class__.__name__)
class Open(Point): pass
o = Open(1, 2); o.anything = 3
print(o.__dict__, o.x)
class WithDict:
    __slots__ = ["a", "__dict__"]
w = WithDict(); w.a = 1; w.b = 2
print(w.__dict__)
class Weak:
    __slots__ = ("__weakref__",)
import weakref
k = Weak(); r = weakref.ref(k)
print(r() is k)
try:
    weakref.ref(p)
except TypeError as e:
    print(e)
try:
    class Bad:
        __slots__ = ("a",)
        a = 1
except ValueError as e:
    print(e)
try:
    class Bad2(int):
        __slots__ = ("a",)
    print(Bad2(3) + 1)
except TypeError as e:
    print(e)
class Mangled:
    __slots__ = ("__private",)
    def __init__(self): self.__private = 7
    def get(self): return self.__private
print(Mangled().get(), Mangled._Mangled__private.__name__)
del p.x
try:
    p.x
except AttributeError as e:
    print(e)
try:
    class Two(Point, WithDict): pass
except TypeError as e:
    print(e)
