import gc, weakref
class C:
    def __init__(self, n): self.n = n
    def m(self): return self.n
    def __repr__(self): return f"C({self.n})"
def work():
    c = C(1); r = weakref.ref(c, lambda r: print("callback")); p = weakref.proxy(c)
    print(r(), p.n, r() is c, weakref.getweakrefcount(c), r == weakref.ref(c), hash(r) == hash(c), p.m())
    wm = weakref.WeakMethod(c.m); print(wm()())
    return r, p, c
r, p, c = work()
d = weakref.WeakValueDictionary(); k = weakref.WeakKeyDictionary(); s = weakref.WeakSet()
d["c"] = c; k[c] = "v"; s.add(c); print(d["c"], k[c], c in s, len(d), len(k), len(s), list(d.items()))
f = weakref.finalize(c, print, "finalized", 1); print(f.alive)
print(f(), f.alive)
for bad in (lambda: weakref.ref(1), lambda: weakref.ref([]), lambda: weakref.ref("x"), lambda: weakref.proxy(None)):
    try: bad()
    except TypeError as e: print(e)
class D(dict): pass
print(weakref.ref(D())() is None or True, isinstance(weakref.ref(D), weakref.ReferenceType), gc.isenabled(), gc.collect() >= 0)
