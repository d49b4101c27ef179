# Class statements: namespace, super, __class__, private names, metaclasses, decorators.
class Base:
    """A docstring."""
    value = 1
    def name(self):
        return "base"
    @classmethod
    def make(cls):
        return cls.__name__
    @staticmethod
    def static():
        return "static"
class Derived(Base):
    value = Base.value + 1
    def name(self):
        return "derived of " + super().name()
    def own_class(self):
        return __class__.__name__
print(Derived().name(), Derived.make(), Derived.static(), Derived.value, Derived().own_class())
# expect: derived of base Derived static 2 Derived
print(Base.__doc__, Derived.__doc__, Base.__module__, Derived.__qualname__, Derived.name.__qualname__)
# expect: A docstring. None __main__ Derived Derived.name
class Private:
    __secret = 1
    def __init__(self):
        self.__x = 2
    def get(self):
        return self.__x + self.__secret
    def __method(self):
        pass
print(Private().get(), sorted(n for n in vars(Private) if "Private" in n), vars(Private()))
# expect: 3 ['_Private__method', '_Private__secret'] {'_Private__x': 2}
class Meta(type):
    def __new__(meta, name, bases, namespace, **keywords):
        print("new", name, keywords)
        return super().__new__(meta, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        print("prepare", name)
        return {"prepared": True}
class WithMeta(metaclass=Meta, option=3):
    attribute = prepared
# expect: prepare WithMeta
# expect: new WithMeta {'option': 3}
print(WithMeta.attribute, type(WithMeta).__name__)  # expect: True Meta
def decorate(label):
    print("decorator", label)
    def apply(cls):
        print("applied", label)
        cls.labels = getattr(cls, "labels", []) + [label]
        return cls
    return apply
@decorate(1)
@decorate(2)
class Decorated:
    pass
# expect: decorator 1
# expect: decorator 2
# expect: applied 2
# expect: applied 1
print(Decorated.labels)  # expect: [2, 1]
def local():
    x = "enclosing"
    class Local:
        y = x
        x = "class"
        z = x
        def method(self):
            return x
    return Local
L = local() if False else None
def scopes():
    v = "enclosing"
    class A:
        w = v
        def m(self):
            return v
    return A.w, A().m(), A.__qualname__
print(scopes())  # expect: ('enclosing', 'enclosing', 'scopes.<locals>.A')
class Annotated:
    a: int
    b: str = "x"
    c: "forward" = None
    (d): int = 3
print(Annotated.__annotations__)  # expect: {'a': <class 'int'>, 'b': <class 'str'>, 'c': 'forward'}
class Conditional:
    if True:
        def f(self): return "first"
    else:
        def f(self): return "second"
    for i in range(3):
        pass
    del i
print(Conditional().f(), hasattr(Conditional, "i"))  # expect: first False
print([cls.__name__ for cls in type("Dynamic", (Derived,), {}).__mro__])
# expect: ['Dynamic', 'Derived', 'Base', 'object']
class Generic(*[Base], **{}):
    pass
print(Generic.__bases__)  # expect: (<class '__main__.Base'>,)
