# One iterator, several threads: each item goes to one of them, and no item comes out of nowhere.
import itertools, threading
def shared(iterator, expected, exact=True):
    got = [[] for _ in range(3)]
    def work(mine):
        for item in iterator:
            mine.append(item)
    threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
    for t in threads: t.start()
    for t in threads: t.join()
    everything = sum(got, [])
    assert set(everything) <= set(expected)
    if exact:
        assert sorted(everything) == sorted(expected), (len(everything), len(expected))
N = 20_000
shared(iter(list(range(N))), range(N), exact=False)
shared(iter(range(N)), range(N), exact=False)
shared(iter(tuple(range(N))), range(N), exact=False)
shared(itertools.islice(itertools.count(), N), range(N), exact=False)
shared(map(abs, range(N)), range(N), exact=False)
print("fine")  # expect: fine
