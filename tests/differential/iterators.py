import itertools as it
class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise StopIteration
        self.n -= 1
        return self.n
print(list(Count(3)), sum(Count(4)), max(Count(5)), tuple(Count(2)), [*Count(2)], dict.fromkeys(Count(2)), "".join(map(str, Count(3))))
a, b = Count(2); print(a, b)
print(list(iter(lambda c=iter([1, 2, 0, 3]): next(c), 0)), next(Count(0), "default"))
print(list(it.islice(it.count(5, 2), 3)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat(1, 2)), list(it.chain("ab", [1])), list(it.chain.from_iterable(["ab", "c"])))
print(list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], lambda a, b: a * b, initial=10)), list(it.compress("abc", [1, 0, 1])), list(it.dropwhile(lambda x: x < 2, [1, 2, 1])), list(it.takewhile(lambda x: x < 2, [1, 2, 1])), list(it.filterfalse(lambda x: x % 2, range(5))))
print([(k, list(g)) for k, g in it.groupby("aabbc")], list(it.pairwise("abc")), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest("ab", "c", fillvalue="-")))
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations("abc", 2)), list(it.combinations("abc", 2)), list(it.combinations_with_replacement("ab", 2)))
x, y = it.tee(iter([1, 2, 3])); print(next(x), list(y), list(x))
print(list(map(lambda *a: a, "ab", "cd", "efg")), list(zip()), list(enumerate([], 5)), list(filter(str.isupper, "aBcD")), list(reversed("abc")), list(zip("ab", range(9))))
for bad in (lambda: next(3), lambda: iter(3), lambda: list(map(1, [1])), lambda: reversed({1}), lambda: zip(1), lambda: next(iter([])), lambda: it.islice([], -1), lambda: iter(3, 4), lambda: sum(["a"]), lambda: max([]), lambda: sum("a", "")):
    try: print(bad())
    except BaseException as e: print(type(e).__name__, e)
class BadIter:
    def __iter__(self): return 3
try: iter(BadIter())
except TypeError as e: print(e)
class RaiseIter:
    def __iter__(self): return self
    def __next__(self): raise ValueError("in next")
try: [x for x in RaiseIter()]
except ValueError as e: print(e)
i = iter({"a": 1, "b": 2}.items()); print(next(i), list(i)); i = iter("ab"); print(next(i), i.__length_hint__())
for i in range(3):
    for j in range(3):
        if j == 2: break
        if i == 1: continue
        print(i, j, end=" ")
    else: print("no")
else: print("loop else")
while True:
    break
else: print("never")
n = 3
while n: n -= 1
else: print("while else", n)
