class N:
    def __init__(self, v): self.v = v
    def __repr__(self): return f"N({self.v})"
for op in "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split():
    def f(self, o, op=op): return f"{op}({self.v})" if isinstance(o, (N, int)) else NotImplemented
    def r(self, o, op=op): return f"r{op}({self.v})"
    def i(self, o, op=op): self.v = f"i{op}"; return self
    setattr(N, f"__{op}__", f); setattr(N, f"__r{op}__", r)
    if op in ("add", "mul"): setattr(N, f"__i{op}__", i)
a, b = N(1), N(2)
print(a + b, a - b, a * b, a / b, a // b, a % b, a ** b, a @ b, a & b, a | b, a ^ b, a << b, a >> b)
print(1 + b, "x" - b, 1.5 * b, [] @ b, None ** b, a + 1)
x = N(1); x += 1; print(x); x = N(1); x -= 1; print(x)
for bad in (lambda: a + "x", lambda: 1 + None, lambda: -"x", lambda: [] < 3, lambda: ~1.5, lambda: object() @ 1, lambda: {} + {}, lambda: 3(), lambda: 3[0], lambda: None.x, lambda: len(5), lambda: iter(5), lambda: 5 in 5, lambda: abs("x"), lambda: 1 < "a", lambda: +[], lambda: 1 ** "a", lambda: pow(1, 2, "x"), lambda: divmod(1, "x"), lambda: "a" % 1 if False else "%d" % None):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
try:
    z = [1]; z += 5
except TypeError as e: print(e)
try:
    z = "a"; z -= 1
except TypeError as e: print(e)
class Cmp:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return NotImplemented if not isinstance(o, Cmp) else self.v == o.v
    def __lt__(self, o): return NotImplemented
    def __gt__(self, o): return "reflected gt"
print(Cmp(1) == Cmp(1), Cmp(1) == 3, Cmp(1) != Cmp(2), Cmp(1) < Cmp(2))
try: Cmp(1) <= Cmp(2)
except TypeError as e: print(e)
try: hash(Cmp(1))
except TypeError as e: print(e)
class Sub(N):
    def __radd__(self, o): return "subclass first"
print(N(1) + Sub(2))
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1 != 2, not 1, not [], 1 and 2, 0 and 2, 0 or "x", 1 or 2, 1 if 0 else 2, None is None, 3 in [1, 2, 3], "a" not in "b")
def side(v): print("eval", v, end="; "); return v
print(side(1) < side(0) < side(2), side(0) or side(3), side(1) and side(0))
class Bool:
    def __bool__(self): return "no"
try: bool(Bool())
except TypeError as e: print(e)
class Len:
    def __len__(self): return 0
print(bool(Len()), bool(N(0)))
class Full:
    def __len__(self): return 3
    def __getitem__(self, i):
        if i >= 3: raise IndexError
        return i * 10
    def __contains__(self, x): return x == "yes"
    def __call__(self, *a, **k): return a, k
    def __iter__(self): return iter("it")
    def __reversed__(self): return "rev"
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __abs__(self): return "abs"
    def __int__(self): return 7
    def __float__(self): return 7.5
    def __complex__(self): return 7j
    def __round__(self, n=None): return ("round", n)
    def __divmod__(self, o): return "divmod"
    def __trunc__(self): return 3
    def __format__(self, s): return "fmt" + s
    def __bytes__(self): return b"by"
    def __dir__(self): return ["b", "a"]
    def __sizeof__(self): return 5
    def __hash__(self): return 12
o = Full()
print(len(o), o[1], "yes" in o, o(1, k=2), list(o), reversed(o), -o, +o, ~o, abs(o), int(o), float(o), complex(o), round(o), round(o, 2), divmod(o, 1), f"{o:x}", bytes(o), dir(o), hash(o))
class OldIter:
    def __getitem__(self, i):
        if i == 3: raise IndexError
        return i
print(list(OldIter()), 2 in OldIter(), [*OldIter()])
import operator
print(operator.add(1, 2), operator.attrgetter("real")(5), operator.itemgetter(1, 0)("ab"), operator.methodcaller("upper")("x"), operator.index(5), operator.contains([1], 1))
