# What is put into a shared container by several threads is all there, and what is taken out of one is
# taken once.
import heapq
import queue
from collections import defaultdict, deque
from _hammer import together

COUNT = 3000
ALL = list(range(4 * COUNT))

def flat(parts):
    return sorted(item for part in parts for item in part)

items = []
together(lambda number: [items.extend((number, number)) for _ in range(COUNT)])
print("extend", len(items) == 8 * COUNT)                     # expect: extend True
members = set()
together(lambda number: [members.add(number * COUNT + i) for i in range(COUNT)])
print("add", len(members) == 4 * COUNT)                      # expect: add True
groups = defaultdict(list)
together(lambda number: [groups[i % 97].append(1) for i in range(COUNT)])
print("defaultdict", sum(map(len, groups.values())) == 4 * COUNT)   # expect: defaultdict True
table = dict.fromkeys(ALL)
taken = together(lambda number: [table.popitem()[0] for _ in range(COUNT)])
print("popitem", flat(taken) == ALL)                         # expect: popitem True
taken = together(lambda number: [members.pop() for _ in range(COUNT)])
print("set.pop", flat(taken) == ALL)                         # expect: set.pop True
ends = deque(ALL)
taken = together(lambda number: [ends.pop() if number % 2 else ends.popleft() for _ in range(COUNT)])
print("deque", flat(taken) == ALL)                           # expect: deque True
heap = []
together(lambda number: [heapq.heappush(heap, number * COUNT + i) for i in range(COUNT)])
taken = together(lambda number: [heapq.heappop(heap) for _ in range(COUNT)])
print("heap", flat(taken) == ALL, all(part == sorted(part) for part in taken))   # expect: heap True True
pipe = queue.SimpleQueue()
taken = together(lambda number: [pipe.get() for _ in range(COUNT)] if number % 2
                 else [pipe.put(number * COUNT + i) for i in range(COUNT)] and [])
print("SimpleQueue", flat(taken) == list(range(COUNT)) + list(range(2 * COUNT, 3 * COUNT)))
# expect: SimpleQueue True
