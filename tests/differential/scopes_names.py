x = "module"
class A:
    x = "class"
    def f(self): return x
    g = lambda self: x
    y = [x for _ in "a"], x
    class B: z = x
print(A().f(), A().g(), A.y, A.B.z)
def f():
    x = "f"
    class C:
        print(x)
        x = "C"
        print(x)
        def m(self): return x
    return C().m(), [x for x in (1, 2)], x
print(f())
def g():
    global new
    new = 1
    def h():
        global new
        new += 1
    h()
g(); print(new)
def outer():
    a = 1
    def mid():
        def inner():
            nonlocal a
            a += 1
            return a
        return inner
    return mid()(), a
print(outer())
def dele():
    z = 1
    del z
    try: z
    except UnboundLocalError as e: print(e)
dele()
def ex():
    try: 1 / 0
    except ZeroDivisionError as e: pass
    return "e" in locals()
print(ex(), sorted(k for k in (lambda a, *b, c=1, **d: locals())(1, 2, e=3)))
def loc():
    a = 1; d = locals(); b = 2
    return sorted(d), sorted(locals())
print(loc()[0])
print([(lambda: i)() for i in range(3)], [f() for f in [lambda: i for i in range(3)]])
def star(a, /, b, *, c): return locals()
print(star(1, 2, c=3), (lambda: (yield))().__class__.__name__)
exec("def dyn(): return x + ' dyn'"); print(dyn())
ns = {"x": "ns"}; exec("y = x; z = [x for _ in 'a']; w = (lambda: x)()", ns); print(ns["y"], ns["z"], ns["w"])
print(eval("x + q", {"x": "a"}, {"q": "b"}), eval("[q for _ in 'a']", {"q": 5}))
class M(type):
    def __prepare__(n, b): return {"injected": 42}
class U(metaclass=M): v = injected
print(U.v)
class Priv:
    __a = 1
    def get(self): return self.__a, [n for n in dir(self) if "__a" in n]
    def __m(self): return "m"
    def call(self): return self.__m()
print(Priv().get(), Priv().call(), hasattr(Priv, "__a"))
if False: never = 1
try: never
except NameError as e: print(e)
def default(n=x): return n
x = "changed"; print(default(), A().f())
for loop in range(3): pass
print(loop, [loop for loop in "ab"], loop)
def cellvars():
    def k(): return v
    v = 1; r = k(); v = 2
    return r, k(), k.__closure__[0].cell_contents, k.__code__.co_freevars
print(cellvars())
def shadow(list): return list
print(shadow(3), (lambda print: print)(4))
import builtins; builtins.special = "builtin"; print(special); del builtins.special
def w():
    if (n := 5) > 3: pass
    return n, [m := k for k in range(3)], m
print(w())
def t():
    try: return "a"
    finally: x = 1
print(t(), __name__, f.__module__, f.__qualname__, A.f.__qualname__, outer.__code__.co_name, outer.__globals__ is globals(), callable(__import__))
def rec(n): return 1 if n == 0 else n * rec(n - 1)
r2 = rec; rec = lambda n: 0; print(r2(5))
def many(a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,a13,a14,a15,a16,a17,a18,a19,a20): return a1 + a20, len(locals())
print(many(*range(20)), (lambda *a: len(a))(*range(300)), (lambda **k: len(k))(**{f"k{i}": i for i in range(300)}))
exec("\n".join(f"v{i} = {i}" for i in range(600))); print(v0 + v599); exec("print(sum([" + ",".join(f"v{i}" for i in range(600)) + "]))")
exec("def big():\n" + "\n".join(f"  l{i} = {i}" for i in range(400)) + "\n  return l0 + l399, " + "+".join(f"l{i}" for i in range(400))); print(big())
