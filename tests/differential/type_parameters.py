# The typing that 3.11 has.
from typing import *
import typing, types, collections.abc
T = TypeVar("T"); K = TypeVar("K", bound=int); P = ParamSpec("P"); Ts = TypeVarTuple("Ts")
class Box(Generic[T]):
    def __init__(self, v: T) -> None: self.v = v
    def get(self) -> T: return self.v
print(Box[int], Box[int](3).get(), Box.__parameters__, Box[int].__origin__, Box[int].__args__, get_type_hints(Box.get))
print(list[int], dict[str, list[int]], int | None, Optional[int], Union[int, str, int], Callable[[int], str], Tuple[int, ...], tuple[int, str])
print(isinstance(3, int | str), isinstance([], int | str), list[T][int], (int | str) == (str | int), get_origin(list[int]), get_args(dict[str, int]))
class Proto(Protocol):
    def f(self) -> int: ...
@runtime_checkable
class RP(Protocol):
    def close(self): ...
import io
print(isinstance(io.StringIO(), RP), isinstance(3, RP))
class TD(TypedDict, total=False):
    a: int
    b: Required[str]
print(TD(a=1), sorted(TD.__required_keys__), sorted(TD.__optional_keys__))
class NT(NamedTuple):
    x: int
    y: str = "d"
    def m(self): return self.x * 2
print(NT(1), NT(2, "q").m(), NT._field_defaults)
UserId = NewType("UserId", int); print(UserId(5), UserId.__name__)
Lit = Literal["a", 1]; print(Lit, get_args(Lit), Final[int], ClassVar[int], Annotated[int, "meta"].__metadata__)
def f(a: "int", *b: "list[str]", c: Optional["Box"] = None) -> "None": pass
print(get_type_hints(f), cast(int, "x"), Any, NoReturn, typing.TYPE_CHECKING)
for bad in (lambda: Box[int, str], lambda: List[int](3) and None, lambda: isinstance([], list[int]), lambda: Optional[1, 2], lambda: int[str]):
    try: print(bad())
    except TypeError as e: print(e)
@overload
def g(x: int) -> int: ...
@overload
def g(x: str) -> str: ...
def g(x): return x
print(g(3), len(get_overloads(g)))
print(collections.abc.Iterable, issubclass(list, collections.abc.Sequence), isinstance({}, collections.abc.Mapping), isinstance(iter([]), collections.abc.Iterator))
