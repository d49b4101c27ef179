def run(f):
    try:
        print("value", f())
    except Exception as e:
        print(type(e).__name__, e.args, "cause", repr(e.__cause__), "context", repr(e.__context__), e.__suppress_context__)
def a():
    try:
        raise KeyError("k")
    except KeyError:
        raise ValueError("v")
def b():
    try:
        raise KeyError("k")
    except KeyError as k:
        raise ValueError("v") from k
def c():
    try:
        raise KeyError("k")
    except KeyError:
        raise ValueError("v") from None
def d():
    try:
        return "try"
    finally:
        print("finally runs")
def e():
    for i in range(3):
        try:
            continue
        finally:
            if i == 1:
                break
    return i
def f():
    try:
        1 / 0
    except ZeroDivisionError:
        return "handled"
    else:
        return "else"
    finally:
        print("f finally")
def g():
    try:
        try:
            raise ValueError(1)
        finally:
            raise TypeError(2)
    except TypeError as t:
        return repr(t.__context__)
def h():
    try:
        raise ValueError
    except (KeyError, ValueError) as err:
        pass
    try:
        err
    except UnboundLocalError as u:
        return str(u)
def i():
    raise
def j():
    raise 3
def k():
    raise ValueError from 3
def l():
    try:
        raise KeyError
    except 5:
        pass
def m():
    while True:
        try:
            return "inner"
        finally:
            return "outer"
for fn in (a, b, c, d, e, f, g, h, i, j, k, l, m):
    print(fn.__name__); run(fn)
class Custom(Exception):
    def __init__(self, code, text):
        super().__init__(text); self.code = code
    def __str__(self): return f"[{self.code}] {self.args[0]}"
try:
    raise Custom(7, "text")
except Custom as x:
    print(x, x.code, repr(x))
    x.add_note("a note"); print(x.__notes__)
try:
    assert 1 == 2, "message"
except AssertionError as x:
    print(x)
try:
    assert ()
except AssertionError as x:
    print(repr(x))
print(KeyError("q"), str(KeyError("q", 1)), OSError(2, "no", "file"), repr(OSError(2, "x")), OSError(2, "n").errno)
print(isinstance(OSError(2, "x"), FileNotFoundError), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))
import sys
try:
    raise ValueError("info")
except ValueError:
    print(sys.exc_info()[0].__name__, sys.exc_info()[1])
print(sys.exc_info())
def nested():
    try:
        raise ValueError("1")
    except ValueError as e1:
        try:
            raise KeyError("2")
        except KeyError as e2:
            try:
                raise TypeError("3")
            except TypeError as e3:
                chain = []
                x = e3
                while x:
                    chain.append(repr(x)); x = x.__context__
                return chain
print(nested())
def tb():
    try:
        nope
    except NameError as e:
        import traceback
        return traceback.format_exc().splitlines()[-1], e.__traceback__.tb_lineno > 0, e.name
print(tb())
sys.exit(3)
