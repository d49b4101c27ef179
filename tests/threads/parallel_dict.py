# Threads that write different keys of one dictionary while others read and iterate over copies.
import threading
d = {}
stop = False
def write(n):
    for i in range(10_000):
        d[n, i] = i
        if i % 3 == 0:
            del d[n, i]
def read():
    while not stop:
        for key, value in list(d.items()):
            assert key[1] == value
        d.get((0, 1)), len(d), (1, 5) in d
writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
reader = threading.Thread(target=read)
reader.start()
for t in writers: t.start()
for t in writers: t.join()
stop = True
reader.join()
print(len(d), sum(d.values()))  # expect: 19998 99980001
