def f(n):
    for i in range(n):
        try:
            if i == 2: continue
            if i == 4: return f"returned at {i}"
        finally:
            print("f", i, end=" ")
    return "end"
print(f(3), f(9))
x = [0]; x[0], y = 1, x[0]; print(x, y); a = b = c = []; print(a is c)
i = 0; l = [5, 6]; i, l[i] = 1, 9; print(i, l)
(a, b), c = [1, 2], 3; [d, *e], = [[4, 5, 6]]; print(a, b, c, d, e)
def g():
    global made
    made = 1
g(); print(made)
del made
try: made
except NameError as e: print(e)
if (n := 10) > 5 and (m := n * 2): print(n, m)
print([z := 1, z + 1], (lambda: (q := 5) + q)())
exec("v = 1 + 2"); print(v, eval("v * 2", {"v": 10}), eval("[i for i in range(3)]"))
ns = {}; exec("def h(x): return x + 1\nclass K: y = h(1)", ns); print(ns["h"](5), ns["K"].y)
for bad in ("1 +", "def f(:", "return 5", "x = = 1", "for", "break", "'abc", "f(a=1, 2)", "a b", "1 = x", "def f(a, a): pass", "nonlocal x", "yield 1", "class", "lambda: (yield)", "{1: 2, 3}", "await x", "  x", "if 1:\nx", "def f():\n  x = 1\n global x", "del f()", "import a.b as c.d", "from . import *", "try: pass", "x: int: str", "(a, b) += 1", "print 1", "None = 1", "f() = 1", "a if b", "'\\N{nope}'", "0777", "1__0", "0b2", "5x", "[", ")", "[)", "async def f(): yield from x", "*a", "x = *a", "def f(*): pass", "continue", "assert (1, 2) ="):
    try:
        compile(bad, "<t>", "exec"); print("fine:", bad)
    except SyntaxError as e:
        print(repr(bad), type(e).__name__, e.msg, e.lineno, e.offset, e.end_offset, repr(e.text))
print(compile("1+1", "<e>", "eval").co_filename, eval(compile("3*3", "", "eval")), type(compile("x=1", "f", "exec")).__name__)
pass; print("semi"); print("colon") if True else None
assert True, "never"
def star(*args, **kw): return args, kw
print(star(*"ab", 1, *[2], k=1, **{"z": 3}), [*[1], *(2,)], {**{}, "a": 1})
lst = [1, 2, 3]; lst[1:], w = [9], lst; print(lst, w)
def typed(a: int, b: "str" = "x") -> list[int]: ...
v: int = 5; u: str
print(__annotations__, typed.__annotations__)
class An:
    a: int
    b: str = "s"
    def __init__(self): self.c: float = 1.0
print(An.__annotations__, hasattr(An, "a"))
print(0x1F, 0b11, 0o17, 1_000, 1e3, 1j, .5, 5., "a" 'b', b'x' b"y", ..., True, None, __name__, __debug__)
def doc():
    "docstring"
    return doc.__doc__
print(doc(), print.__name__, len.__class__.__name__)
def many_returns(x):
    if x: return
    return x, x
print(many_returns(1), many_returns(0))
match 3:
    case n if n > 5: print("big")
    case _: print("small")
print(1 if True else 2 if False else 3, (lambda *a, k=1, **kw: (a, k, kw))(1, k=2, z=3), not not 1, -2 ** 2, 2 ** 3 ** 2, 7 // -2, 1 < 2 == True, ~-1)
