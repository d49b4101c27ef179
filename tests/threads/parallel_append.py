# list.append from several threads loses nothing.
import threading
items = []
def work(n):
    for i in range(20_000):
        items.append((n, i))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(len(items), len(set(items)))  # expect: 80000 80000
print(all([i for m, i in items if m == n] == list(range(20_000)) for n in range(4)))  # expect: True
