# Generators: loops, pipelines, yield from, send.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1

def odd(numbers):
    for n in numbers:
        if n & 1:
            yield n

def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)

def accumulator():
    total = 0
    while True:
        total += yield total

assert sum(odd(count(500_000))) == 62_500_000_000
assert sum(tree(14)) == 2 ** 15 - 16
a = accumulator()
next(a)
for i in range(200_000):
    last = a.send(i)
assert last == 199_999 * 100_000
assert sum(x * x for x in range(400_000)) == sum(map(lambda x: x * x, range(400_000)))
