# Closures, lambdas, higher-order functions.
def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up

up = counter()
for _ in range(600_000):
    up()
assert up() == 600_001
assert sum(map(lambda x: x * 2, filter(lambda x: x % 3, range(300_000)))) == 60000000000
def compose(f, g):
    return lambda x: f(g(x))
add = lambda x: x + 1
for _ in range(6):
    add = compose(add, add)
assert add(0) == 64
for _ in range(1_000):
    add(0)
