def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return up, get

up, get = counter()
up(); up(5)
print(get(), up.__closure__[0].cell_contents, up.__code__.co_freevars)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])

def outer():
    def inner():
        return later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    later = 1
    print(inner())
    del later
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
outer()

def unbound():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 1
unbound()

class A:
    x = "class"
    def method(self):
        return __class__, x
    y = [x for _ in range(2)] if False else x
x = "global"
print(A().method(), A.y)

def compose(*fs):
    def composed(v):
        for f in fs:
            v = f(v)
        return v
    return composed
print(compose(str, len, lambda n: n ** 2)(12345))

def make():
    cells = []
    for i in range(3):
        def g():
            return i, [i * j for j in range(i + 1)]
        cells.append(g)
    return cells
print([g() for g in make()])
def deep(n):
    if n == 0:
        return lambda: 0
    f = deep(n - 1)
    return lambda: f() + n
print(deep(50)())
