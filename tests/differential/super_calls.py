class A:
    def f(self): return ["A"]
    @classmethod
    def c(cls): return ["cA", cls.__name__]
    @property
    def p(self): return "pA"
class B(A):
    def f(self): return ["B"] + super().f()
    @classmethod
    def c(cls): return ["cB"] + super().c()
    @property
    def p(self): return "pB" + super().p
class C(A):
    def f(self): return ["C"] + super(C, self).f()
class D(B, C):
    def f(self): return ["D"] + super().f()
    def g(self):
        return [super(D, self).f() for _ in range(1)]
    def h(self):
        s = super()
        return s.f(), s.__thisclass__.__name__, s.__self__ is self
    __slots__ = ()
print(D().f(), D.c(), D().p, D().g(), D().h())
def outside(self): return super().f()
D.bad = outside
try: D().bad()
except RuntimeError as e: print(e)
for bad in (lambda: super(D, 3), lambda: super(3), lambda: super(A, D()).nope, lambda: super(B, A())):
    try: bad()
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)
class E:
    def __init__(self, **kw):
        print("E", kw); super().__init__()
class F:
    def __init__(self, a=None, **kw):
        print("F", a, kw); super().__init__(**kw)
class G(F, E):
    def __init__(self, **kw): super().__init__(**kw)
G(a=1, b=2)
class New:
    def __new__(cls, *a):
        o = super().__new__(cls); o.a = a
        return o
class New2(New):
    def __new__(cls, *a): return super().__new__(cls, 0, *a)
    def __init__(self, *a): self.i = a
n = New2(1, 2); print(n.a, n.i)
class I(int):
    def __new__(cls, v): return super().__new__(cls, v * 2)
    def __eq__(self, o): return super().__eq__(o)
    __hash__ = int.__hash__
print(I(4), I(4) == 8, {I(4): 1}[8], isinstance(I(1), int))
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    def __getitem__(self, i): return ("T", super().__getitem__(i))
print(T(1, 2)[0], list(T(3)))
class Meta(type):
    def __call__(cls, *a): return ("meta", super().__call__(*a))
class UsesMeta(metaclass=Meta): pass
print(UsesMeta()[0])
class Set:
    def __setattr__(self, k, v): super().__setattr__(k, v * 10)
    def __getattribute__(self, k): return super().__getattribute__(k)
s = Set(); s.x = 2; print(s.x)
print(super(B, D()).f(), super(B, D).f(D()), super.__name__, [k.__name__ for k in D.mro()])
class Deep:
    def f(self):
        def inner(): return super(Deep, self).__repr__()[:9]
        return inner(), (lambda: __class__.__name__)()
print(Deep().f()[1])
