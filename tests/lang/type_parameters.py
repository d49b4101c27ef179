# Type parameters of functions, classes and aliases (PEP 695, 696).
def first[T](values: list[T], default: T = None) -> T:
    return values[0] if values else default
print(first([1, 2]), first([], 5), first.__type_params__)  # expect: 1 5 (~T,)
print(first.__annotations__["return"] is first.__type_params__[0])  # expect: True
class Box[T, *Ts, **P]:
    item: T
    def __init__(self, item: T): self.item = item
    def map[U](self, f) -> "Box[U]": return Box(f(self.item))
print(Box.__type_params__, Box(3).map(str).item)  # expect: (~T, Ts, ~P) 3
print([base.__name__ for base in Box.__mro__])  # expect: ['Box', 'Generic', 'object']
type Pair[A] = tuple[A, A]
print(Pair.__name__, Pair.__type_params__)  # expect: Pair (~A,)
print(Pair.__value__)  # expect: tuple[~A, ~A]
type Lazy = Undefined
try:
    Lazy.__value__
except NameError as error:
    print(error)  # expect: name 'Undefined' is not defined
Undefined = 5
print(Lazy.__value__)  # expect: 5
def bounded[T: int, U: (str, bytes)](x: T, y: U): pass
T, U = bounded.__type_params__
print(T.__bound__, U.__constraints__)  # expect: <class 'int'> (<class 'str'>, <class 'bytes'>)
class Outer:
    Inner = int
    def method[T](self, x: Inner) -> T: return x
    type Alias = Inner
print(Outer.method.__annotations__["x"], Outer.Alias.__value__)  # expect: <class 'int'> <class 'int'>
def decorated(f):
    print("decorated", f.__name__)
    return f
@decorated
def generic[T](x: T = 1, *, y=2): return x, y
# expect: decorated generic
print(generic(), generic.__qualname__)  # expect: (1, 2) generic
try:
    T2
except NameError:
    print("type parameters do not leak")  # expect: type parameters do not leak
