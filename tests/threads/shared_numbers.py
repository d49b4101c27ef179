# Arrays, structs, random generators and range iterators that many threads change at once: results may
# be any, but nothing breaks, and no item of a shared iterator is given twice.
import array, random, struct, threading

ints, floats = array.array("i", range(100)), array.array("d", [1.5] * 50)
layout, generator = struct.Struct("<iid"), random.Random(5)
numbers, taken = iter(range(10 ** 9)), []
actions = [
    lambda i: ints.append(i), lambda i: ints.pop(), lambda i: ints.insert(3, i), lambda i: sum(ints),
    lambda i: ints.extend(ints[:5]), lambda i: ints.__delitem__(slice(0, 20, 3)),
    lambda i: ints.__setitem__(slice(0, 10, 2), array.array("i", [1] * 5)),
    lambda i: ints.reverse() or ints.byteswap(), lambda i: ints.tobytes(), lambda i: list(ints),
    lambda i: ints.__imul__(2 if len(ints) < 100 else 0), lambda i: memoryview(floats)[0],
    lambda i: layout.pack(i, 5, 1), lambda i: layout.unpack(bytes(16)),
    lambda i: layout.__init__("<iid" if i & 1 else "<qii"), lambda i: generator.seed(i),
    lambda i: (generator.random(), generator.getrandbits(100), generator.getstate()[0]),
    lambda i: taken.append(next(numbers)),
]

def run(action):
    for i in range(200):
        try:
            action(i)
        except (IndexError, ValueError, TypeError, BufferError, struct.error):
            pass

threads = [threading.Thread(target=run, args=[action]) for action in actions for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(taken), sorted(taken) == list(range(400)))  # expect: 400 True
