# Iterators of ranges: hints, pickling, state, and use by several threads at once.
import copy, operator, pickle
i = iter(range(5))
next(i)
print(operator.length_hint(i), i.__reduce__()[1:], list(copy.copy(i)), list(pickle.loads(pickle.dumps(i))))
# expect: 4 ((range(0, 5),), 1) [1, 2, 3, 4] [1, 2, 3, 4]
i.__setstate__(4)
print(list(i), list(i), pickle.loads(pickle.dumps(range(1, 9, 2))))
# expect: [4] [] range(1, 9, 2)
import threading
shared, seen = iter(range(20000)), []
def take():
    seen.extend(shared)
threads = [threading.Thread(target=take) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(seen), sorted(seen) == list(range(20000)))  # expect: 20000 True
