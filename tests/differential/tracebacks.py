import traceback, sys
def a(x): return b(x)
def b(x):
    y = {"k": x}
    return (y["k"] + 1 +
            c(x)[0])
def c(x): return [1 / x]
def show(f):
    try: f()
    except BaseException as e:
        lines = traceback.format_exception(e)
        print("".join(l.replace(__file__, "FILE") for l in lines), end="")
show(lambda: a(0))
show(lambda: a("s"))
show(lambda: [n.nope for n in (1,)])
def chain():
    try: a(0)
    except ZeroDivisionError as e: raise KeyError("new") from e
show(chain)
def context():
    try: int("x")
    except ValueError: undefined_name
show(context)
def deep(n): return deep(n - 1) if n else 1 / 0
show(lambda: deep(6))
def forever(): return forever()
try: forever()
except RecursionError as e: print(len(traceback.extract_tb(e.__traceback__)) > 900, str(e)[:40])
def group(): raise ExceptionGroup("many", [ValueError("v"), TypeError("t")])
show(group)
def syntax(): compile("x = (1,\ny = 2", "f.py", "exec")
show(syntax)
class E(Exception):
    def __str__(self): return "multi\nline"
def raises(): raise E
show(raises)
def notes():
    e = ValueError("noted"); e.add_note("first"); e.add_note("second\nline"); raise e
show(notes)
show(lambda: (1).bit_lenght())
show(lambda: sys.exti())
def local():
    some_value = 1
    return some_valu
show(local)
try: a(0)
except ZeroDivisionError as e:
    t = e.__traceback__
    while t: print(t.tb_frame.f_code.co_name, t.tb_lineno, end="; "); t = t.tb_next
    print(); tb = traceback.TracebackException.from_exception(e, capture_locals=True); print([f.name for f in tb.stack], "x = 0" in "".join(tb.format()))
print(traceback.format_exception_only(ValueError, ValueError("x")), [f.name for f in traceback.extract_stack()])
def gen():
    yield 1
    raise ValueError("in generator")
show(lambda: list(gen()))
class Ctx:
    def __enter__(self): return self
    def __exit__(self, *a): raise RuntimeError("exit failed")
def in_with():
    with Ctx():
        raise ValueError("body")
show(in_with)
@lambda f: f
def multi_line_call():
    return max(
        1,
        "a",
    )
show(multi_line_call)
def unpack():
    a, (b, c) = 1, (2,)
show(unpack)
def assertion(): assert 1 + 1 == 3, f"sum {1 + 1}"
show(assertion)
def attribute(): x = None; return x.foo.bar
show(attribute)
def subscript(): d = {"a": [1]}; return d["a"][0]["z"]
show(subscript)
def binary(): return 1 + (2 * "a" - 3)
show(binary)
