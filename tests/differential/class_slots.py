# Special methods that a class has from itself, from its base, and from what it mixes in.
class Sized:
    def __len__(self):
        return 3

class Derived(Sized): pass
class SizedDict(Derived, dict): pass
class Number(int):
    def __add__(self, other): return "Number"
class Mixin:
    def __add__(self, other): return "Mixin"
    def __hash__(self): return 5
class MixedInt(Mixin, int): pass
class Unhashable(MixedInt):
    __hash__ = None
class MixinFirst(Mixin, Number): pass
class NumberFirst(Number, Mixin): pass
class Answering(list):
    def __getattr__(self, name): return name
class AlsoAnswering(Answering): pass
class Equal:
    def __eq__(self, other): return True
class EqualMixed(Equal, Mixin): pass
class Text(str): pass

Made = type("Made", (Sized,), {"__l" + "en__": lambda self: 9, "__getitem__": lambda self, index: index})
Odd = type("Odd", (Sized,), {Text("__len__"): lambda self: 8})
print(len(Derived()), len(SizedDict()), len(SizedDict(a=1)), Number(1) + 1, MixedInt(1) + 1, hash(MixedInt(2)))
print(MixinFirst(1) + 1, NumberFirst(1) + 1, AlsoAnswering().foo, len(Made()), Made()[4], len(Odd()))
for value in (Unhashable(1), EqualMixed(), Equal()):
    try:
        print(hash(value))
    except TypeError as error:
        print(error)
Sized.__len__ = lambda self: 7
print(len(Derived()), len(SizedDict()))
del Sized.__len__
try:
    len(Derived())
except TypeError as error:
    print(error)
Mixin.__bool__ = lambda self: False
print(bool(MixedInt(4)), bool(EqualMixed()))


class BackwardsMeta(type):
    def mro(cls):
        return [cls, *reversed(super().mro()[1:-1]), object]

class One(metaclass=BackwardsMeta):
    def __repr__(self): return "One"
class Two(One):
    def __repr__(self): return "Two"
class Three(Two): pass
print(Three(), Two(), [c.__name__ for c in Three.__mro__])


class Fallback:
    def __getattr__(self, name):
        if name == "bad":
            raise AttributeError("mine")
        return name.upper()
    @property
    def prop(self):
        raise AttributeError("inner")

fallback = Fallback()
print(fallback.foo, fallback.prop, fallback.__class__.__name__)
try:
    fallback.bad
except AttributeError as error:
    print(error, error.__context__)


class Slotted:
    __slots__ = ("a",)
    def kind(self): return self.__class__

class Plain(Slotted): pass
class Other(Slotted): pass
class Pretender:
    __class__ = property(lambda self: int)
    def kind(self): return self.__class__

plain = Plain()
for _ in range(3):
    print([v.kind().__name__ for v in (Slotted(), plain, Pretender())])
    print([v.__class__.__name__ for v in (plain, 1, "", Slotted, Pretender())])
    plain.__class__ = Other
