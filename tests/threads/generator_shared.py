# A generator that runs in one thread refuses another with ValueError.
import threading
def numbers():
    n = 0
    while n < 20_000:
        n += 1
        yield n
g = numbers()
got = [[] for _ in range(3)]
refused = 0
def work(mine):
    while True:
        try:
            mine.append(next(g))
        except ValueError as error:
            assert str(error) == "generator already executing", error
        except StopIteration:
            return
threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(sum(got, [])) == list(range(1, 20_001)))  # expect: True
