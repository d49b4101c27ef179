class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": True}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")))
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a)
        return super().__call__(*a, **k)
    def __instancecheck__(cls, obj):
        return obj == 42
    def __subclasscheck__(cls, sub):
        return sub is int
    def __len__(cls):
        return 99
    def __getitem__(cls, key):
        return cls.__name__, key
    def __contains__(cls, x):
        return x == "in"
    @property
    def prop(cls):
        return "meta property of " + cls.__name__

class A(metaclass=Meta, option=1):
    x = 1
    def __new__(cls, *a):
        print("instance new", a)
        return super().__new__(cls)
    def __init__(self, *a):
        print("instance init", a)
class B(A):
    pass
a = A(1, 2)
print(isinstance(42, A), isinstance("x", A), issubclass(int, A), issubclass(str, A))
print(len(A), A["k"], "in" in A, A.prop, A.prepared, type(B).__name__)
try:
    a.prop
except AttributeError as e:
    print(e)
class M2(type): pass
try:
    class C(A, metaclass=M2): pass
except TypeError as e:
    print(e)
def function_meta(name, bases, ns):
    return name, bases, sorted(ns)
class F(1 .__class__, metaclass=function_meta):
    y = 2
print(F)
class Singleton(type):
    _instances = {}
    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]
class S(metaclass=Singleton): pass
print(S() is S())
class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
class WithNamed:
    n = Named()
    m = Named()
class Entries:
    def __mro_entries__(self, bases):
        print("mro_entries", len(bases))
        return (dict,)
class FromEntries(Entries()): pass
print(FromEntries.__mro__[1], len(FromEntries.__orig_bases__))
class CG:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"
print(CG[int], type.__call__(type, 3))
