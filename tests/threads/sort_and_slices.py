# Sorting, slice assignment and extend on a list that other threads read.
import threading
items = list(range(1000))
stop = threading.Event()
bad = []
def read():
    while not stop.is_set():
        for n in items:
            if not isinstance(n, int): bad.append(n)
        items[5:50], items[::-1], items[-1:], sum(items[:10])
def change():
    for i in range(300):
        items[100:200] = range(50)
        items.extend(range(50))
        try:
            items.sort(key=lambda n: -n)
        except ValueError:
            pass
        items.reverse()
readers = [threading.Thread(target=read) for _ in range(2)]
for t in readers: t.start()
change()
stop.set()
for t in readers: t.join()
print(len(items), bad)  # expect: 1000 []
