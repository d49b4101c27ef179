# Sets: adding, membership, algebra.
a, b = set(), set()
for i in range(250_000):
    a.add(i * 3 % 100_003)
    if i in a:
        b.add(i)
assert len(a) == 100_003 and b <= a
evens = {n for n in a if n % 2 == 0}
for _ in range(20):
    assert len(evens | b) >= len(evens & b)
    assert len(a - evens) + len(evens) == len(a)
