# Decorators are evaluated from the top, applied from the bottom.
trace = []
def mark(label):
    trace.append("eval " + label)
    def apply(f):
        trace.append("apply " + label)
        def wrapper(*args, **kwargs):
            return (label, f(*args, **kwargs))
        wrapper.__name__ = f.__name__
        return wrapper
    return apply
@mark("a")
@mark("b")
def f(x, *, y=1):
    return x + y
print(trace)  # expect: ['eval a', 'eval b', 'apply b', 'apply a']
print(f(1), f(1, y=5), f.__name__)  # expect: ('a', ('b', 2)) ('a', ('b', 6)) f
registry = {}
@registry.setdefault("key", lambda g: g)
def g(): return "g"
print(g())  # expect: g
@lambda h: h()
def immediate(): return "called"
print(immediate)  # expect: called
@(decorators := [lambda k: k, lambda k: "second"])[1]
def chosen(): pass
print(chosen)  # expect: second
@property
def p(self): pass
print(type(p).__name__)  # expect: property
