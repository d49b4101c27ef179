# Taking the first key again and again, or the last, takes linear time.
table = dict.fromkeys(range(100_000))
while table:
    del table[next(iter(table))]
print(table)                            # expect: {}
table = dict.fromkeys(range(100_000))
for number in range(200_000):           # a queue: in at the end, out at the front
    first = next(iter(table))
    del table[first]
    table[first] = None
print(len(table), next(iter(table)))    # expect: 100000 0
while table:
    table.popitem()
print(table)                            # expect: {}
from collections import OrderedDict
order = OrderedDict.fromkeys(range(50_000))
for number in range(50_000):
    order.move_to_end(number, last=False)
print(next(iter(order)), order.popitem(last=False), order.popitem())
# expect: 49999 (49999, None) (0, None)
