import collections
class Stack(list):
    def push(self, x): self.append(x); return self
    def __getitem__(self, i): return f"<{super().__getitem__(i)}>"
    def __len__(self): return 100
s = Stack([1, 2]).push(3); print(s, s[0], s[-1], len(s), list(s), s == [1, 2, 3], sorted(s), s + [4], type(s + [4]).__name__, s.copy(), type(s[:2]))
class Default(dict):
    def __missing__(self, k): self[k] = v = len(self); return v
    def __contains__(self, k): return True
d = Default(); print(d["a"], d["b"], d["a"], d, "zz" in d, d.get("q"), {**d}, dict(d), list(d), json_like := d.copy(), type(json_like).__name__)
class Upper(str):
    def __new__(cls, s): return super().__new__(cls, s.upper())
    def __eq__(self, o): return str.__eq__(self, o.upper()) if isinstance(o, str) else NotImplemented
    def __hash__(self): return str.__hash__(self)
    def __add__(self, o): return Upper(str.__add__(self, o))
u = Upper("abc"); print(u, u == "abc", "abc" == u, u + "d", {u: 1}["ABC"], u[0], u.lower(), f"{u}!", "-".join([u, "x"]), type(u.strip()).__name__)
class Celsius(float):
    def __repr__(self): return f"{float(self)}C"
    def __add__(self, o): return Celsius(float.__add__(self, o))
c = Celsius(20.5); print(c, c + 1, 1 + c, c * 2, c > 20, round(c), int(c), [c], f"{c:.2f}", sum([c, c]))
class Frac(int):
    def __truediv__(self, o): return ("div", int(self), o)
    def __bool__(self): return False
f = Frac(7); print(f / 2, bool(f), f + 1, not f, f & 3, f == 7, hash(f) == hash(7), divmod(f, 2), [10, 20, 30, 40, 50, 60, 70, 80][f], range(f))
class T(tuple):
    def __new__(cls, *a): return tuple.__new__(cls, a)
    @property
    def first(self): return self[0]
t = T(1, 2); print(t, t.first, t + (3,), type(t + ()).__name__, t == (1, 2), {t: 1}[(1, 2)], len(t), isinstance(t, tuple)); a, b = t; print(a, b)
class B(bytes):
    def tag(self): return b"<" + self + b">"
print(B(b"x").tag(), B(b"ab")[0], type(B(b"ab")[:1]).__name__, B(b"x") == b"x")
class S(set):
    def add(self, x): super().add(x * 2)
s = S([1]); s.add(5); print(sorted(s), sorted(s | {1}), type(s & {1}).__name__)
class Err(KeyError, AttributeError): pass
try: raise Err("k")
except AttributeError as e: print(repr(e), e, isinstance(e, LookupError))
class OD(collections.OrderedDict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 10)
print(OD(a=1), list(OD(b=2).items()), collections.UserDict(a=1), collections.UserList([1]) + [2], collections.UserString("x") * 2)
class It:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self): self.i += 1; return self.i if self.i < 4 else next(iter(()))
print(list(It()), list(zip(It(), "ab")), *It())
for bad in ("class X(bool): pass", "class X(type(None)): pass", "class X(int, str): pass", "class X(range): pass", "class X(type(lambda: 0)): pass", "class X(slice): pass", "class X(object, int): pass", "class X(1): pass"):
    try: exec(bad); print("fine", bad)
    except TypeError as e: print(e)
