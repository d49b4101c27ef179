# Comprehensions are functions of their own: scopes, order of evaluation, conditions.
x = "outer"
print([x for x in range(3)], x)  # expect: [0, 1, 2] outer
print({x: y for x, y in zip("abc", range(3)) if y != 1})  # expect: {'a': 0, 'c': 2}
print({n % 3 for n in range(10)})  # expect: {0, 1, 2}
print([(i, j) for i in range(3) if i for j in range(i) if not j % 2])  # expect: [(1, 0), (2, 0)]
print(list(i * j for i in (1, 2) for j in (10, 20)))  # expect: [10, 20, 20, 40]
def f(n):
    return [[(n, i, j) for j in range(i)] for i in range(n)]
print(f(3))  # expect: [[], [(3, 1, 0)], [(3, 2, 0), (3, 2, 1)]]
class C:
    n = 2
    values = [i for i in range(n)]
    try:
        broken = [n for _ in range(1)]
    except NameError as error:
        print(error)  # expect: name 'n' is not defined
print(C.values)  # expect: [0, 1]
def order():
    trace = []
    def t(v):
        trace.append(v)
        return v
    {t(1): t(2) for _ in [t(0)]}
    return trace
print(order())  # expect: [0, 1, 2]
print([y for x in range(3) if (y := x * x)], y)  # expect: [1, 4] 4
def last_of(values):
    [last := v for v in values]
    return last
print(last_of("xyz"))  # expect: z
g = (print("never") for _ in [])
print(list(g))  # expect: []
try:
    (i for i in 1)
except TypeError as error:
    print(error)  # expect: 'int' object is not iterable
print([a for a, *b in [(1, 2, 3), (4,)]], [b for a, *b in [(1, 2, 3), (4,)]])  # expect: [1, 4] [[2, 3], []]
print([lambda: i for i in range(2)][0]())  # expect: 1
