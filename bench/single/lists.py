# Lists: append, index, slices, comprehension, sieve, matrix product.
def sieve(n):
    flags = [True] * n
    flags[0] = flags[1] = False
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(range(i * i, n, i))
    return [i for i, prime in enumerate(flags) if prime]

assert len(sieve(1_000_000)) == 78498
items = []
for i in range(300_000):
    items.append(i * 2)
for i in range(len(items) - 1):
    items[i] = items[i + 1] - items[i]
assert sum(items) == 2 * 299_999 + 599_998, sum(items)
n = 60
a = [[i + j for j in range(n)] for i in range(n)]
b = list(zip(*a))
c = [[sum([x * y for x, y in zip(row, column)]) for column in b] for row in a]
assert c[3][5] == sum((3 + k) * (k + 5) for k in range(n))
