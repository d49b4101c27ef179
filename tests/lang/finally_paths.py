# Every way out of a try runs its finally, once, innermost first.
trace = []
def out():
    print(" ".join(trace))
    trace.clear()
def f(how):
    for i in range(3):
        try:
            try:
                trace.append(f"body{i}")
                if how == "break" and i == 1:
                    break
                if how == "continue" and i == 1:
                    continue
                if how == "return" and i == 1:
                    return "value"
                if how == "raise" and i == 1:
                    raise ValueError("x")
            finally:
                trace.append("inner")
        finally:
            trace.append("outer")
    else:
        trace.append("else")
    return "end"
for how in "nothing", "break", "continue", "return":
    print(how, f(how))
    out()
# expect: nothing end
# expect: body0 inner outer body1 inner outer body2 inner outer else
# expect: break end
# expect: body0 inner outer body1 inner outer
# expect: continue end
# expect: body0 inner outer body1 inner outer body2 inner outer else
# expect: return value
# expect: body0 inner outer body1 inner outer
try:
    f("raise")
except ValueError as error:
    print("raise", error)  # expect: raise x
out()  # expect: body0 inner outer body1 inner outer
def override():
    try:
        return 1
    finally:
        return 2
print(override())  # expect: 2
def swallow():
    try:
        raise KeyError
    finally:
        return "swallowed"
print(swallow())  # expect: swallowed
def keep():
    x = 1
    try:
        return x
    finally:
        x = 2
print(keep())  # expect: 1
def loop_in_finally():
    while True:
        try:
            raise KeyError
        finally:
            break
    return "left"
print(loop_in_finally())  # expect: left
def nested():
    try:
        try:
            raise ValueError("first")
        finally:
            raise TypeError("second")
    except TypeError as error:
        return str(error), str(error.__context__)
print(nested())  # expect: ('second', 'first')
def try_else(fail):
    try:
        if fail:
            raise KeyError("k")
    except KeyError as error:
        return "except", error.args
    else:
        return "else"
    finally:
        trace.append("finally")
print(try_else(False), try_else(True))  # expect: else ('except', ('k',))
out()  # expect: finally finally
def generator():
    try:
        yield 1
        yield 2
    finally:
        trace.append("generator")
for x in generator():
    break
g = generator()
next(g)
g.close()
trace.clear()
print(list(generator()))  # expect: [1, 2]
out()  # expect: generator
