# Abstract base classes: abstract methods, registration, hooks, caches.
import abc
import collections.abc


class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...

    @property
    @abc.abstractmethod
    def p(self): ...


class B(A):
    def f(self): return 1


class C(B):
    p = 2


print(sorted(A.__abstractmethods__), sorted(B.__abstractmethods__), sorted(C.__abstractmethods__))
for class_ in A, B, C:
    try:
        print(type(class_()).__name__)
    except TypeError as e:
        print(e)


class Other: ...


print(issubclass(Other, A), isinstance(Other(), A))
token = abc.get_cache_token()
print(A.register(Other) is Other, abc.get_cache_token() != token)
print(issubclass(Other, A), isinstance(Other(), A), issubclass(Other, B))
try:
    A.register(5)
except TypeError as e:
    print(e)
try:
    C.register(A)
except RuntimeError as e:
    print(e)


class Sized(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        return "__len__" in dir(other) or NotImplemented


print(issubclass(list, Sized), issubclass(int, Sized), isinstance([], collections.abc.Sequence))
print(isinstance({}, collections.abc.Mapping), isinstance(5, collections.abc.Hashable))


class S:
    def __len__(self): return 2
    def __getitem__(self, i): return (1, 2)[i]


collections.abc.Sequence.register(S)
match S():
    case [a, b]:
        print(a, b)

# expect: ['f', 'p'] ['p'] []
# expect: Can't instantiate abstract class A with abstract methods f, p
# expect: Can't instantiate abstract class B with abstract method p
# expect: C
# expect: False False
# expect: True True
# expect: True True False
# expect: Can only register classes
# expect: Refusing to create an inheritance cycle
# expect: True False True
# expect: True True
# expect: 1 2
