import abc, collections.abc as cabc, copy, pickle, operator, functools
class Seq(cabc.MutableSequence):
    def __init__(self, *a): self.d = list(a)
    def __getitem__(self, i): return self.d[i]
    def __setitem__(self, i, v): self.d[i] = v
    def __delitem__(self, i): del self.d[i]
    def __len__(self): return len(self.d)
    def insert(self, i, v): self.d.insert(i, v)
s = Seq(1, 2, 3); s.append(4); s += [5]; s.reverse(); print(list(s), s.index(3), 4 in s, s.count(1), s.pop(), list(reversed(s)), s.remove(5), s.d, isinstance(s, cabc.Sequence)); s.extend(s); print(s.d)
class Map(cabc.MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k.lower()]
    def __setitem__(self, k, v): self.d[k.lower()] = v
    def __delitem__(self, k): del self.d[k.lower()]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
m = Map(); m["A"] = 1; m.update(B=2); print(dict(m), "a" in m, m.get("Z", 0), m.pop("b"), m.setdefault("C", 3), list(m.items()), m == {"a": 1, "c": 3}, {**m}, m.keys() & {"a"})
class Sets(cabc.Set):
    def __init__(self, it): self.e = list(dict.fromkeys(it))
    def __contains__(self, x): return x in self.e
    def __iter__(self): return iter(self.e)
    def __len__(self): return len(self.e)
print(sorted(Sets([1, 2, 3]) & Sets([2, 3, 4])), sorted(Sets([1]) | {2}), Sets([1]) <= Sets([1, 2]), Sets([1]) == Sets([1]), Sets([1, 2]).isdisjoint([3]))
class Shape(abc.ABC):
    @property
    @abc.abstractmethod
    def area(self): ...
    @classmethod
    @abc.abstractmethod
    def make(cls): ...
    def describe(self): return f"{type(self).__name__} {self.area}"
class Sq(Shape):
    area = 4
    @classmethod
    def make(cls): return cls()
print(Sq.make().describe(), Shape.__abstractmethods__ == frozenset({"area", "make"}))
try: Shape()
except TypeError as e: print(e)
@Shape.register
class Other: pass
print(isinstance(Other(), Shape), issubclass(Other, Shape), issubclass(int, Shape))
class HasLen(abc.ABC):
    @classmethod
    def __subclasshook__(cls, C): return True if any("__len__" in B.__dict__ for B in C.__mro__) else NotImplemented
print(isinstance([], HasLen), isinstance(3, HasLen))
class P:
    def __init__(self, x): self.x = x
    def __copy__(self): return P(self.x + 1)
    def __deepcopy__(self, memo): return P(copy.deepcopy(self.x, memo))
    def __reduce__(self): return P, (self.x,)
    def __eq__(self, o): return self.x == o.x
p = P([1]); print(copy.copy(P(1)).x, copy.deepcopy(p).x is p.x, pickle.loads(pickle.dumps(p)) == p)
class St:
    def __init__(self): self.a, self.b = 1, lambda: 0
    def __getstate__(self): d = self.__dict__.copy(); del d["b"]; return d
    def __setstate__(self, s): self.__dict__.update(s); self.b = "restored"
print(vars(pickle.loads(pickle.dumps(St()))))
class Sl:
    __slots__ = "x", "y"
    def __init__(self): self.x, self.y = 1, 2
q = pickle.loads(pickle.dumps(Sl(), 2)); print(q.x, q.y, copy.copy(q).x)
rec = [1]; rec.append(rec); c = copy.deepcopy(rec); print(c[1] is c, pickle.loads(pickle.dumps(rec))[1][1][0], copy.deepcopy({"a": (1, [2])}), copy.copy({1}))
try: pickle.dumps(lambda: 0)
except (pickle.PicklingError, AttributeError) as e: print(type(e).__name__)
for hook in ("__index__", "__int__", "__float__", "__len__", "__bool__", "__hash__", "__str__", "__repr__", "__iter__", "__format__", "__bytes__", "__contains__"):
    C = type("C", (), {hook: lambda self, *a: []})
    f = {"__index__": operator.index, "__int__": int, "__float__": float, "__len__": len, "__bool__": bool, "__hash__": hash, "__str__": str, "__repr__": repr, "__iter__": iter, "__format__": format, "__bytes__": bytes, "__contains__": lambda o: 1 in o}[hook]
    try: print(hook, f(C()))
    except TypeError as e: print(hook, e)
class Neg:
    def __len__(self): return -1
try: len(Neg())
except ValueError as e: print(e)
print(operator.length_hint([1, 2]), operator.length_hint(iter([1])), callable(print), callable(3), issubclass(dict, cabc.Mapping), [c.__name__ for c in (cabc.Hashable, cabc.Callable, cabc.Iterable, cabc.Sized) if isinstance([], c)])
class Dyn:
    def __getattr__(self, n):
        if n.startswith("__"): raise AttributeError(n)
        return lambda *a: (n, a)
print(Dyn().foo(1, 2), Dyn().bar())
class Cmp:
    def __init__(self, v): self.v = v
    __lt__ = lambda s, o: s.v < o.v
    __repr__ = lambda s: f"C{s.v}"
print(sorted([Cmp(3), Cmp(1)]), min(Cmp(2), Cmp(1)), max([Cmp(2), Cmp(5)]))
