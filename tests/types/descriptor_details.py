# Small rules of descriptors and special methods.
import copyreg
import inspect
import types

print(type(complex.real).__name__, type(types.FunctionType.__globals__).__name__)
# expect: member_descriptor member_descriptor
print(inspect.signature(object), inspect.signature(list), object.__text_signature__, int.__text_signature__)
# expect: () (iterable=(), /) () None


class Slots:
    __slots__ = ("x",)


print(type(Slots.x) is types.MemberDescriptorType)      # expect: True


# A slot wrapper of another class is not that class's operator.
class Odd(int):
    __eq__ = str.__eq__
    __add__ = str.__add__


for operation in "Odd() == Odd()", "Odd() + Odd()":
    try:
        eval(operation)
    except TypeError as e:
        print(e)
# expect: descriptor '__eq__' requires a 'str' object but received a 'Odd'
# expect: descriptor '__add__' requires a 'str' object but received a 'Odd'


class Plain:
    def f(self, other):
        return other


class Bound:
    f = classmethod(Plain().f)      # a bound method is bound once more


print(Bound.f() is Bound, Bound().f() is Bound)         # expect: True True
try:
    property().__set_name__(1)
except TypeError as e:
    print(e)                # expect: __set_name__() takes 2 positional arguments but 1 were given


class Raising:
    @property
    def __eq__(self):
        raise AttributeError("eq")


r = Raising()
print(r == r, r == 1)       # expect: True False


class NoBases:
    __class__ = None


class WithBases:
    __bases__ = ()


print(isinstance(NoBases(), WithBases()))               # expect: False


# What is pickled of __slots__ follows copyreg's list of names.
class State:
    __slotnames__ = ["spam"]

    def __getattr__(self, name):
        if name == "spam":
            return 42
        raise AttributeError(name)


print(State().__reduce_ex__(2)[2], Slots().__reduce_ex__(2)[2])     # expect: (None, {'spam': 42}) None
for attribute, value in ("__name__", "\udc80"), ("__doc__", "\udc80"):
    try:
        if attribute == "__name__":
            Plain.__name__ = value
        else:
            type("X", (), {attribute: value})
    except UnicodeEncodeError as e:
        print(e.reason)
# expect: surrogates not allowed
# expect: surrogates not allowed


# A lookup that changes the bases ends as it began.
class Key:
    def __hash__(self):
        return hash("key")

    def __eq__(self, other):
        X.__bases__ = (After,)


class Before:
    key = "before"


class After:
    key = "after"


X = type("X", (Before,), {Key(): 1})
print(X.key)                # expect: before
# Builtin methods and how they are pickled.
import pickle

print(bytearray.maketrans.__self__, object.__new__.__self__, object.__new__.__qualname__)
# expect: <class 'bytearray'> <class 'object'> object.__new__
for f in bytearray.maketrans, object.__new__, dict.fromkeys, str.join, "-".join, len:
    print(pickle.loads(pickle.dumps(f)) == f, end=" ")
print()                     # expect: True True True True True True 
for d in dict.__dict__["fromkeys"], bytearray.__dict__["maketrans"], property(), classmethod(len):
    try:
        pickle.dumps(d)
    except TypeError as e:
        print(e)
# expect: cannot pickle 'classmethod_descriptor' object
# expect: cannot pickle 'staticmethod' object
# expect: cannot pickle 'property' object
# expect: cannot pickle 'classmethod' object
import io

print(inspect.signature(io.BufferedReader), inspect.signature(io.StringIO))
# expect: (raw, buffer_size=8192) (initial_value='', newline='\n')
