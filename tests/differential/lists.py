l = [3, 1, 2]
l.append(5); l.extend("ab"); l.insert(1, "i"); l += (7,); l *= 2
print(l, len(l), l.count(3), l.index("a"), l.index(3, 1), l.pop(), l.pop(0), l[-2], l[1:-1:2], l[::-1][:3])
l.remove("i"); del l[0]; del l[1:3]; l[1:1] = [9, 9]; l[::2] = ["e"] * len(l[::2]); l.reverse(); print(l)
l.clear(); print(l, bool(l))
for bad in (lambda: [][0], lambda: [].pop(), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1]["a"], lambda: [1] + (1,), lambda: [1] * "a", lambda: [1, 2, 3].__setitem__(slice(0, 3, 2), [1]), lambda: [1].pop(5), lambda: sorted([1, "a"]), lambda: [1][1.0], lambda: list(3), lambda: [].__delitem__(0), lambda: hash([]), lambda: [1, 2].extend(3), lambda: [].insert("a", 1)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
print(sorted([3, 1, 2], reverse=True), sorted("bca"), sorted([("b", 1), ("a", 2)], key=lambda p: p[1]), sorted(range(10), key=lambda x: (x % 3, -x)), sorted(["B", "a", "C"], key=str.lower))
x = [5, 3, 8]; x.sort(); print(x); x.sort(key=lambda v: -v); print(x)
print([1, 2] < [1, 3], [1, 2] == [1, 2.0], [1] < [1, 0], [[1], [2]] > [[1]], [] == (), [1, 2] != [1])
r = [1]; r.append(r); print(r, r == r, repr([[], [r]]))
a = b = [1]; a += [2]; print(b, a is b); a = a + [3]; print(b, a)
print(list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "x"])), list(zip([1, 2], "ab")), list(enumerate("ab", 1)), list(reversed([1, 2, 3])), sum([[1], [2]], []), min([3, 1, 2]), max("a", "b"), min([], default="none"))
first, *mid, last = range(6); print(first, mid, last); (a, b), [c, *d] = (1, 2), "xyz"; print(a, b, c, d)
for bad in ("a, b = [1]", "a, b = [1, 2, 3]", "a, *b, c = [1]", "a, b = 3"):
    try: exec(bad)
    except (ValueError, TypeError) as e: print(e)
try: list(zip([1, 2], [1], strict=True))
except ValueError as e: print(e)
grow = [1, 2, 3]
for v in grow:
    if len(grow) < 8: grow.append(v * 2)
print(grow)
it = iter([1, 2]); print(next(it), it.__length_hint__(), list(it), next(it, "end"))
big = list(range(1000)); big[100:900] = []; print(len(big), big[99:102], big.copy() == big, big is not big[:])
big[10:10] = range(3); big[:] = big[:5]; print(big)
class L(list):
    def __getitem__(self, i): return "item" if isinstance(i, int) else super().__getitem__(i)
print(L([1, 2])[0], list(L([1, 2])), L([1, 2])[:1], L([1]) + [2])
import random; random.seed(42); data = [random.randrange(1000) for _ in range(500)]
print(sorted(data) == sorted(sorted(data, reverse=True)), sorted(data)[::50], data[:8])
class K:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
print([k.v for k in sorted(map(K, [3, 1, 2]))])
try:
    z = [3, 2, 1]; z.sort(key=lambda v: z.append(0) or v)
except ValueError as e: print(e)
t = (1, 2, 3); print(t + (4,), t * 2, t[1:], t.index(2), t.count(1), hash(t) == hash((1, 2, 3)), (1,), (), tuple("ab"), (1, 2) < (1, 3))
try: t[0] = 1
except TypeError as e: print(e)
try: t[9]
except IndexError as e: print(e)
try: ([],)[0] += [1]
except TypeError as e: print(e)
