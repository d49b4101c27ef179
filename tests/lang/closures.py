# Captured variables live in cells that all closures share.
def counter(start):
    count = start
    def step(by=1):
        nonlocal count
        count += by
        return count
    def peek():
        return count
    return step, peek
step, peek = counter(10)
step(); step(5)
print(peek())  # expect: 16
def adders():
    return [lambda x, n=n: x + n for n in range(3)], [lambda x: x + n for n in range(3)]
early, late = adders()
print([f(10) for f in early], [f(10) for f in late])  # expect: [10, 11, 12] [12, 12, 12]
def captured_parameter(a, b):
    def inner():
        return a, b
    a = a + 1
    return inner()
print(captured_parameter(1, 2))  # expect: (2, 2)
def deep():
    x = 1
    def f():
        def g():
            def h():
                nonlocal x
                x *= 7
                return x
            return h()
        return g()
    return f(), x
print(deep())  # expect: (7, 7)
def unbound():
    def f():
        return later
    try:
        f()
    except NameError as error:
        print(type(error).__name__, error)
    later = 3
    return f()
print(unbound())
# expect: NameError cannot access free variable 'later' where it is not associated with a value in enclosing scope
# expect: 3
def deleted():
    x = 1
    def f():
        return x
    del x
    try:
        return f()
    except NameError as error:
        return str(error)
print(deleted())
# expect: cannot access free variable 'x' where it is not associated with a value in enclosing scope
print(counter.__closure__, step.__closure__[0].cell_contents)  # expect: None 16
print(step.__code__.co_freevars, counter.__code__.co_cellvars)  # expect: ('count',) ('count',)
