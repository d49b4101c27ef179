# Threads that share one iterator share its items: each comes out once.
import itertools
from collections import deque
from _hammer import together

def shared(name, make, expected):
    iterator = make()
    got = sorted(item for part in together(lambda number: list(iterator)) for item in part)
    if got != sorted(expected):
        print(name, "gave", len(got), "items for", len(list(expected)))

numbers = range(4000)
shared("list", lambda: iter(list(numbers)), numbers)
shared("tuple", lambda: iter(tuple(numbers)), numbers)
shared("dict", lambda: iter(dict.fromkeys(numbers)), numbers)
shared("set", lambda: iter(set(numbers)), numbers)
shared("deque", lambda: iter(deque(numbers)), numbers)
shared("reversed", lambda: reversed(list(numbers)), numbers)
shared("map", lambda: map(int, list(numbers)), numbers)
shared("chain", lambda: itertools.chain(*[[number] * 5 for number in range(500)]),
       [number for number in range(500) for _ in range(5)])
shared("combinations", lambda: itertools.combinations(range(20), 3),
       list(itertools.combinations(range(20), 3)))
shared("permutations", lambda: itertools.permutations(range(6), 4),
       list(itertools.permutations(range(6), 4)))
shared("product", lambda: itertools.product(range(12), repeat=3),
       list(itertools.product(range(12), repeat=3)))
shared("repeat", lambda: itertools.repeat(1, 4000), [1] * 4000)
counter = itertools.count()
drawn = together(lambda number: [next(counter) for _ in range(3000)])
print(sorted(itertools.chain(*drawn)) == list(range(12000)))   # expect: True
