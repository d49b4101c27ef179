from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError, KW_ONLY, make_dataclass
import enum
@dataclass(order=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)
    total: int = field(init=False)
    def __post_init__(self): self.total = self.x + self.y
p = P(1, 2); print(p, p == P(1, 2), p < P(2), asdict(p), astuple(p), replace(p, x=5), [f.name for f in fields(P)])
@dataclass(frozen=True, slots=True)
class F:
    a: int
    _: KW_ONLY
    b: str = "b"
f = F(1, b="z"); print(f, hash(f) == hash(F(1, b="z")), F.__slots__)
try: f.a = 2
except FrozenInstanceError as e: print(e)
try: F(1, "x")
except TypeError as e: print(e)
try: P()
except TypeError as e: print(e)
try:
    @dataclass
    class Bad:
        a: list = []
except ValueError as e: print(e)
@dataclass
class Sub(P):
    z: float = 1.5
print(Sub(1), Sub.__match_args__, make_dataclass("M", [("q", int), "r"])(1, 2))
class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    ALIAS = 1
    def describe(self): return f"{self.name}={self.value}"
print(Color.RED, repr(Color.GREEN), Color(1), Color["GREEN"], list(Color), Color.ALIAS is Color.RED, Color.RED.describe(), len(Color), Color.__members__["ALIAS"], Color.RED in Color)
for bad in (lambda: Color(5), lambda: Color["NO"], lambda: setattr(Color, "RED", 2), lambda: Color.RED < Color.GREEN):
    try: bad()
    except Exception as e: print(type(e).__name__, e)
class Num(enum.IntEnum):
    ONE = 1; TWO = enum.auto()
print(Num.TWO + 1, Num.ONE < Num.TWO, sorted(Num, reverse=True), f"{Num.ONE} {Num.ONE!r}", int(Num.TWO))
class Perm(enum.Flag):
    R = enum.auto(); W = enum.auto(); X = enum.auto(); RW = R | W
print(Perm.R | Perm.X, Perm.RW, Perm.R in Perm.RW, ~Perm.R, Perm(0), Perm.RW & Perm.W, bool(Perm(0)), list(Perm.RW))
class S(enum.StrEnum):
    A = enum.auto(); B = "bee"
print(S.A, S.B.upper(), S("bee"))
@enum.unique
class U(enum.Enum): A = 1; B = 2
class Planet(enum.Enum):
    EARTH = (5.97e24, 6.37e6)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
    @property
    def gravity(self): return 6.67e-11 * self.mass / self.radius ** 2
print(round(Planet.EARTH.gravity, 2), enum.Enum("Dyn", "A B C").B, Color.RED.__class__.__name__)
