def gen():
    got = yield 1
    print("got", got)
    try:
        yield 2
    except ValueError as e:
        print("caught", e)
        yield 3
    finally:
        print("finally")
    return "result"
g = gen()
print(next(g), g.send("hello"), g.throw(ValueError("boom")))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
g = gen(); next(g); next(g); g.close()
def delegate():
    r = yield from gen()
    print("delegated", r)
    yield from range(2)
    return (yield from [])
d = delegate()
print(d.send(None), d.send("x"), next(d), list(d))
def infinite():
    n = 0
    while True:
        n += (yield n) or 1
i = infinite()
print(next(i), next(i), i.send(10), next(i))
def bad():
    raise StopIteration("x")
    yield
try:
    next(bad())
except RuntimeError as e:
    print(e, repr(e.__cause__))
def ignore():
    while True:
        try:
            yield
        except GeneratorExit:
            print("ignoring")
            yield
try:
    x = ignore(); next(x); x.close()
except RuntimeError as e:
    print(e)
def selfish():
    yield me.gi_running
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield
me = selfish()
print(next(me)); next(me)
for bad_call in (lambda: gen().send(1), lambda: gen().throw(KeyError("k")), lambda: next(iter([]))):
    try:
        bad_call()
    except Exception as e:
        print(type(e).__name__, e)
print(sum(x * x for x in range(10) if x % 2), list(zip((a for a in "ab"), (b for b in range(9)))))
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(4)))
def deep(n):
    if n == 0:
        yield 0
    else:
        yield from deep(n - 1)
print(list(deep(200)))
def fin():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup")
it = fin()
for v in it:
    print(v)
    break
it.close()
f = fin(); next(f); f.close()
print(f.gi_frame, gen.__name__, type(g).__name__)
def exc_context():
    try:
        raise KeyError("a")
    except KeyError:
        yield 1
        try:
            raise ValueError("b")
        except ValueError as e:
            print(repr(e.__context__))
try:
    raise TypeError("outer")
except TypeError:
    e = exc_context(); next(e)
list(e)
