# Copies of sets share their table until one of them is written; whatever is written shows in that one only.
a = {n * 7 for n in range(1000)}
b, c, d = set(a), a.copy(), a | set()
b.add(-1)
c.discard(7)
popped = d.pop()
print(len(a), len(b), len(c), len(d), -1 in a, 7 in a, popped in a, popped in d)
# expect: 1000 1001 999 999 False True True False
e = frozenset(a)
a.clear()
print(len(e), len(a), len(set(e) & b), len(b - e), len(e ^ b))
# expect: 1000 0 1000 1 1
f = set(e)
f |= {1, 2}
f -= {14}
f &= set(range(100))
print(sorted(f), len(e))
# expect: [0, 1, 2, 7, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 91, 98] 1000

# A walk over a set and a write to its copy do not disturb each other.
g = set(range(10))
seen = []
for n in g:
    h = set(g)
    h.add(n + 100)
    seen.append(n)
print(seen == list(range(10)), len(g))
# expect: True 10

# Filled again and again after being copied.
s, copies = set(), []
for n in range(300):
    s.add(n)
    copies.append(s.copy())
    if n % 3 == 0:
        s.remove(n)
print(len(s), [len(copy) for copy in copies[:6]], copies[299] == {n for n in range(300) if n % 3 or n == 299} | set())
# expect: 200 [1, 1, 2, 3, 3, 4] True
