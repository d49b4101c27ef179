# Tuples: packing, unpacking, swapping, returning several values.
def swap(a, b):
    return b, a

a, b = 1, 2
for i in range(800_000):
    a, b = b, a + b & 0xFFFF
    x, (y, z) = i, (a, b)
pairs = [(i % 10, i) for i in range(200_000)]
total = 0
for key, value in pairs:
    if key == 3:
        total += value
for _ in range(300_000):
    a, b = swap(a, b)
assert total == sum(range(3, 200_000, 10))
