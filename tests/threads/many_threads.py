# Five hundred threads at a time.
import threading
gate = threading.Event()
seen = []
def work(n):
    gate.wait()
    seen.append(n)
threads = [threading.Thread(target=work, args=(n,)) for n in range(500)]
for t in threads: t.start()
print(threading.active_count())  # expect: 501
gate.set()
for t in threads: t.join()
print(sorted(seen) == list(range(500)))  # expect: True
