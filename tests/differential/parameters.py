# Every kind of parameter, and how arguments find them.
def f(a, b=2, /, c=3, *rest, d, e=5, **more):
    return a, b, c, rest, d, e, more

print(f(1, d=4))
print(f(1, 20, 30, 40, 50, d=4, z=9))
print(f(*[1, 2], *(3, 4), **{"d": 1}, **{"e": 2, "a": "kw"}))
for call in (lambda: f(), lambda: f(1), lambda: f(1, d=1, **{"d": 2}), lambda: f(b=1, d=2),
             lambda: (lambda x: x)(1, 2), lambda: (lambda x, *, y: x)(1),
             lambda: (lambda x, /: x)(x=1), lambda: (lambda: 0)(1), lambda: (lambda a, b, c: 0)(1),
             lambda: (lambda a, b=1: 0)(1, 2, 3), lambda: (lambda *, a, b: 0)(),
             lambda: (lambda **k: k)(**{1: 2}), lambda: print(**3)):
    try:
        print(call())
    except TypeError as error:
        print("TypeError:", error)

def defaults(x, into=[]):
    into.append(x)
    return into

print(defaults(1), defaults(2), defaults.__defaults__)

def annotated(a: int, *b: str, c: float = 1.0, **d: "late") -> None:
    pass

print(annotated.__annotations__, annotated.__kwdefaults__)
print(annotated.__code__.co_varnames, annotated.__code__.co_argcount, annotated.__code__.co_kwonlyargcount)

def order(*, tag):
    print("evaluating", tag)
    return tag

def many(*a, **k):
    return a, list(k.items())

print(many(order(tag=1), *[order(tag=2)], x=order(tag=3), **{"y": order(tag=4)}))
