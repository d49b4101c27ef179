import functools, operator, random, heapq, bisect
random.seed(7)
data = [random.random() for _ in range(2000)]
assert sorted(data) == sorted(data[::-1]) and all(a <= b for a, b in zip(sorted(data), sorted(data)[1:]))
print(data[:3], sorted(data)[0], sorted(data)[-1])
people = [("bob", 30), ("al", 25), ("cy", 30), ("di", 25)]
print(sorted(people, key=operator.itemgetter(1)), sorted(people, key=lambda p: (-p[1], p[0])), sorted(people, key=lambda p: p[1], reverse=True))
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), sorted(["10", "9", "1"], key=int), sorted([True, 0, 2.5, -1]))
print(sorted([[2], [1, 5], [1]]), sorted([(1, "b"), (1, "a")]), sorted({"b": 1, "a": 2}), max(people, key=lambda p: p[1]), min(people, key=operator.itemgetter(0)))
calls = 0
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        global calls; calls += 1
        return self.v < o.v
sorted([C(i) for i in range(100)]); print(calls)
h = []
for n in (5, 1, 8, 3, 9, 2): heapq.heappush(h, n)
print([heapq.heappop(h) for _ in range(6)], heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, [4, 2, 8]), list(heapq.merge([1, 4], [2, 3])))
x = [3, 1, 2]; heapq.heapify(x); print(x, heapq.heappushpop(x, 0), heapq.heapreplace(x, 9), x)
b = [1, 3, 5]; bisect.insort(b, 4); print(b, bisect.bisect(b, 3), bisect.bisect_left(b, 3), bisect.bisect_right([1, 1, 1], 1))
try: sorted([1, None])
except TypeError as e: print(e)
try: sorted([1, 2], key=5)
except TypeError as e: print(e)
try: [3, 1].sort(lambda a, b: 0)
except TypeError as e: print(e)
runs = list(range(50)) + list(range(50, 0, -1)) + [7] * 20 + list(range(100, 130))
print(sorted(runs) == sorted(random.sample(runs, len(runs))), sorted(runs, reverse=True)[:5])
stable = [(i % 5, i) for i in range(100)]; stable.sort(key=lambda p: p[0]); print(all(a[0] < b[0] or a[1] < b[1] for a, b in zip(stable, stable[1:])))
print(random.sample(range(100), 5), random.choice("abc"), random.randint(1, 10), random.shuffle(b), b, random.uniform(1, 2), random.gauss(0, 1), random.choices([1, 2], k=4), random.getrandbits(40), random.randrange(0, 100, 7))
