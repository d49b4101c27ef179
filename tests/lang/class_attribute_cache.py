# Attributes of classes with metaclasses of their own are remembered by instructions, and forgotten when
# the class, a base, or the metaclass changes.
import abc
import enum


class Meta(type):
    pass


class Other(type):
    @property
    def value(cls):
        return "other's"


class Base(metaclass=Meta):
    value = 1

    @staticmethod
    def method():
        return "method"


class Derived(Base):
    pass


def read():
    return Derived.value, Derived.method()


for _ in range(3):
    read()
print(read())                   # expect: (1, 'method')
Base.value = 2
print(read())                   # expect: (2, 'method')
Derived.value = 3
print(read())                   # expect: (3, 'method')
Meta.value = property(lambda cls: "the metaclass's")
print(read())                   # expect: ("the metaclass's", 'method')
del Meta.value
print(read())                   # expect: (3, 'method')
Derived.__class__ = Other
print(read())                   # expect: ("other's", 'method')
Derived.__class__ = Meta
print(read())                   # expect: (3, 'method')
del Derived.value, Base.value
try:
    read()
except AttributeError as e:
    print(e)                    # expect: type object 'Derived' has no attribute 'value'
Meta.value = 4
print(read())                   # expect: (4, 'method')


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Shape(abc.ABC):
    sides = 0

    @classmethod
    def name(cls):
        return cls.__name__


class Square(Shape):
    sides = 4


print([(c.RED.value, c.BLUE.name, s.sides, s.name()) for c in [Color] * 2 for s in (Shape, Square)])
# expect: [(1, 'BLUE', 0, 'Shape'), (1, 'BLUE', 4, 'Square'), (1, 'BLUE', 0, 'Shape'), (1, 'BLUE', 4, 'Square')]


# What is exactly of a builtin type stays so when it gets attributes.
def function(self):
    return self


function.note = 1


class WithNew:
    def new(cls):
        return object.__new__(cls)

    new.note = 2
    __new__ = new


print(type(WithNew()).__name__, type(WithNew.__dict__["__new__"]).__name__)    # expect: WithNew staticmethod


# So it is for classes with a __getattr__: it is asked for what is not there.
class Fallback:
    shared = "class"

    def __init__(self):
        self.own = "own"

    def __getattr__(self, name):
        return name.upper()

    def method(self):
        return "method"


f = Fallback()


def read_all():
    return f.own, f.shared, f.method(), f.missing


for _ in range(3):
    read_all()
print(read_all())               # expect: ('own', 'class', 'method', 'MISSING')
del f.own, Fallback.shared
f.missing = f.method = str
print(f.own, f.shared, f.method(), f.missing() == "")   # expect: OWN SHARED  True
Fallback.__getattribute__ = lambda self, name: 5
print(read_all.__name__, f.own, f.shared, f.missing)    # expect: read_all 5 5 5
