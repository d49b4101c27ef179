# Assigning to __class__: layouts must agree.
import types


class A: pass
class B: pass
class S: __slots__ = ("a", "b")
class T: __slots__ = ("b", "a")
class U: __slots__ = ("a", "c")
class V(S): __slots__ = ("e",)
class W(T): __slots__ = ("e",)


def try_class(value, new):
    try:
        value.__class__ = new
    except TypeError as e:
        print(e)
    else:
        print(type(value).__name__)


a = A()
a.x = 1
try_class(a, B)             # expect: B
print(a.x)                  # expect: 1
s = S()
s.a = 2
try_class(s, T)             # expect: T
print(s.a)                  # expect: 2
try_class(s, U)             # expect: __class__ assignment: 'U' object layout differs from 'T'
try_class(V(), W)           # expect: __class__ assignment: 'W' object layout differs from 'V'
try_class(s, A)             # expect: __class__ assignment: 'A' object layout differs from 'T'
try_class(s, int)           # expect: __class__ assignment only supported for mutable types or ModuleType subclasses
try_class(s, 1)             # expect: __class__ must be set to a class, not 'int' object


class M(types.ModuleType):
    def double(self):
        return 2 * self.n


m = types.ModuleType("m")
m.n = 21
try_class(m, M)             # expect: M
print(m.double(), sorted(vars(m))[-1])  # expect: 42 n
try_class(m, types.ModuleType)          # expect: module


# __dict__: of instances it may be replaced and deleted, of functions and exceptions replaced, of
# classes and modules neither.
class Base: pass
class Meta(type, Base): pass
class Meta2(Base, type): pass
class Error(Base, Exception): pass
class C(metaclass=Meta): pass
class D(metaclass=Meta2): pass
class Module(Base, types.ModuleType): pass


def function(): pass


for value in Base(), function, Error(), ValueError(), C, D, Module("n"):
    for action in "value.__dict__ = {'z': 1}", "del value.__dict__":
        try:
            exec(action)
            print(getattr(value, "z", "gone"))
        except (TypeError, AttributeError) as e:
            print(type(e).__name__)
# expect: 1
# expect: gone
# expect: 1
# expect: TypeError
# expect: 1
# expect: TypeError
# expect: 1
# expect: TypeError
# expect: AttributeError
# expect: AttributeError
# expect: AttributeError
# expect: AttributeError
# expect: AttributeError
# expect: AttributeError
