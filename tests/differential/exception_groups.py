def show(g, depth=0):
    if isinstance(g, BaseExceptionGroup):
        print("  " * depth + repr(g.message), type(g).__name__)
        for e in g.exceptions:
            show(e, depth + 1)
    else:
        print("  " * depth + repr(g))
try:
    try:
        raise ExceptionGroup("eg", [ValueError(1), TypeError(2), ExceptionGroup("in", [ValueError(3), OSError(4)])])
    except* ValueError as e:
        show(e)
    except* (TypeError, KeyError) as e:
        show(e)
except ExceptionGroup as rest:
    print("rest"); show(rest)
try:
    try:
        raise ValueError("naked")
    except* ValueError as e:
        print(type(e).__name__, e.exceptions)
        raise KeyError("new")
except BaseException as e:
    show(e)
try:
    try:
        raise ExceptionGroup("two", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise
except ExceptionGroup as e:
    show(e)
g = ExceptionGroup("g", [ValueError(1), KeyError(2), ExceptionGroup("h", [KeyError(3)])])
show(g.subgroup(KeyError)); print(g.subgroup(OSError))
match_, rest = g.split(lambda e: isinstance(e, ValueError))
show(match_); show(rest)
print(str(g), repr(g), g.args[0])
show(g.derive([OSError(9)]))
for bad in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup(1, [ValueError()]),
            lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup("x")):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [SystemExit()])).__name__)
def flow():
    for i in range(2):
        try:
            raise ExceptionGroup("f", [ValueError(i)])
        except* ValueError as e:
            print("loop", i)
        else:
            print("never")
        finally:
            print("finally", i)
flow()
try:
    try:
        pass
    except* ValueError:
        pass
    else:
        print("else")
finally:
    print("done")
