# Sorting compares sorted input once per item, and shuffled input n log n times at the most.
import math


class Counted:
    compared = 0

    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        Counted.compared += 1
        return self.key < other.key


def comparisons(keys):
    """How many comparisons sorting these keys takes."""
    Counted.compared = 0
    items = [Counted(key) for key in keys]
    items.sort()
    assert all(a.key <= b.key for a, b in zip(items, items[1:]))
    return Counted.compared


def shuffled(n):
    x = 1
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        yield x


for n in (1000, 16000):
    print(comparisons(range(n)) == n - 1, comparisons(range(n, 0, -1)) == n - 1, comparisons([5] * n) == n - 1)
    print(comparisons(shuffled(n)) <= n * math.log2(n))
    print(comparisons(list(range(n)) + [-1]) <= n + 64)
# expect: True True True
# expect: True
# expect: True
# expect: True True True
# expect: True
# expect: True
