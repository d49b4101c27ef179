# list.pop, dict.popitem, set.pop and deque.popleft give each item to one thread.
import collections, threading
N = 20_000
sources = [list(range(N)), dict.fromkeys(range(N)), set(range(N)), collections.deque(range(N))]
takers = [lambda s: s.pop(), lambda s: s.popitem()[0], lambda s: s.pop(), lambda s: s.popleft()]
for source, take in zip(sources, takers):
    got = [[] for _ in range(3)]
    def work(mine):
        while True:
            try:
                mine.append(take(source))
            except (IndexError, KeyError):
                return
    threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
    for t in threads: t.start()
    for t in threads: t.join()
    print(sorted(sum(got, [])) == list(range(N)))
# expect: True
# expect: True
# expect: True
# expect: True
