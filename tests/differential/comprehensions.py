print([x for x in range(5)], {x % 3 for x in range(9)} == {0, 1, 2}, {k: v for k, v in zip("abc", range(3))})
print([(x, y) for x in range(3) for y in range(x) if (x + y) % 2])
print([[j for j in range(i)] for i in range(4)])
print([y := 5, y ** 2], [last := n for n in range(3)], last)
x = "outer"
print([x for x in "abc"], x)
def f():
    items = [1, 2, 3]
    return [(lambda: i + len(items))() for i in items]
print(f())
class C:
    n = 3
    squares = [i * i for i in range(n)]
print(C.squares)
print(list(a + b for a, b in [(1, 2), (3, 4)]))
print({**{"a": 1}, "b": 2, **{"a": 3}}, [*range(3), *"ab"], (*[], 1), {*[1], *[2]})
print([a for a, *b in [(1, 2, 3)]], [b for a, *b in [(1, 2, 3), "xyz"]])
print(any(n > 3 for n in range(5)), all([]), max((len(w), w) for w in ["a", "bbb", "cc"]))
try:
    [1 / n for n in (1, 0)]
except ZeroDivisionError as e:
    print(e)
print([i if i % 2 else -i for i in range(5)], [not i for i in (0, 1)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(r) for r in zip(*matrix)], [n for row in matrix for n in row])
print([f"{a}{b}" for a in "ab" for b in "cd" if a + b != "ac"])
print(dict(a=1, **{"b": 2}), sorted({c: i for i, c in enumerate("hello")}.items()))
g = (i for i in [1, 2, 3])
print(2 in g, list(g))
print([(yield_ := i) for i in range(2)])
