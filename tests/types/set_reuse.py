# Keys that come and go take each other's places, also keys of one hash that are different.
class Key:
    def __init__(self, name):
        self.name = name
    def __hash__(self):
        return 7
    def __eq__(self, other):
        return isinstance(other, Key) and self.name == other.name

s = set()
for turn in range(2000):
    s.add(Key(turn % 5))
    s.discard(Key((turn + 3) % 5))
    assert len(s) == len(list(s)) == len({key.name for key in s})
print(sorted(key.name for key in s))
# expect: [3, 4]

import random
random.seed(5)
model, s = {}, set()
for turn in range(20000):
    n = random.randrange(40)
    key = n if n < 20 else float(n) if n < 30 else str(n)
    if random.random() < 0.5:
        model[key] = True
        s.add(key)
    else:
        model.pop(key, None)
        s.discard(key)
    assert (key in s) == (key in model)
print(s == set(model), len(s) == len(model))
# expect: True True
