# Threads add and remove equal keys of one hash: never is one there twice, and none is lost.
import threading

class Key:
    def __init__(self, name):
        self.name = name
    def __hash__(self):
        return 1
    def __eq__(self, other):
        return self.name == other.name

shared = set()
wrong = []
def work(seed):
    for turn in range(3000):
        name = (turn * (seed + 1)) % 4
        shared.add(Key(name))
        shared.discard(Key((name + 1) % 4))
        if turn % 50 == 0:
            names = [key.name for key in shared.copy()]
            if len(names) != len(set(names)):
                wrong.append(names)
        own = ("own", seed)
        shared_own.add(own)
        if own not in shared_own:
            wrong.append(own)
        shared_own.remove(own)

shared_own = set()
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name in range(4):
    shared.add(Key(name))
print(wrong[:3], sorted(key.name for key in shared), len(shared), shared_own)
# expect: [] [0, 1, 2, 3] 4 set()
