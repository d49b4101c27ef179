class CM:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self):
        print("enter", self.name); return self.name
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        return self.swallow
with CM("a") as a, CM("b"):
    print(a)
with (CM("c") as c, CM("d", True) as d,):
    raise ValueError("inside")
try:
    with CM("e"):
        1 / 0
except ZeroDivisionError:
    print("propagated")
def f():
    with CM("f"):
        return "returned"
print(f())
for i in range(3):
    with CM(i):
        if i == 0: continue
        if i == 1: break
class NoExit:
    def __enter__(self): pass
for bad in (NoExit(), object()):
    try:
        with bad: pass
    except TypeError as e:
        print(e)
class Raises(CM):
    def __exit__(self, *a):
        raise KeyError("from exit")
try:
    with Raises("r"):
        raise ValueError("body")
except KeyError as e:
    print(repr(e), repr(e.__context__))
import contextlib
@contextlib.contextmanager
def manager(x):
    print("before", x)
    try:
        yield x * 2
    except ValueError as e:
        print("handled", e)
    finally:
        print("after", x)
with manager(4) as m:
    print(m)
with manager(5):
    raise ValueError("v")
with contextlib.suppress(KeyError):
    {}["x"]
with contextlib.ExitStack() as stack:
    for n in range(3):
        stack.enter_context(manager(n))
    stack.callback(print, "callback")
with contextlib.closing(type("X", (), {"close": lambda s: print("closed")})()):
    pass
import io
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))
@manager("deco")
def decorated(): print("in decorated")
decorated()
def g():
    with CM("gen"):
        yield 1
        yield 2
x = g(); next(x); x.close()
class T:
    with CM("class body"): y = 1
