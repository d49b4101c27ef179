# A counter under a lock is exact, in both ways of taking it.
import threading
n = 0
lock = threading.Lock()
def block():
    global n
    for _ in range(30_000):
        with lock:
            n += 1
def calls():
    global n
    for _ in range(30_000):
        lock.acquire()
        try:
            n += 1
        finally:
            lock.release()
threads = [threading.Thread(target=f) for f in (block, calls, block, calls)]
for t in threads: t.start()
for t in threads: t.join()
print(n, lock.locked())  # expect: 120000 False
