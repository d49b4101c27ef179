# Ten thousand threads one after the other, and two thousand at once, in bounded memory.
# needs: plain
# timeout: 60
import resource
import threading

def kib():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

seen = []
for turn in range(10):
    for _ in range(100):
        crowd = [threading.Thread(target=seen.append, args=(turn,)) for _ in range(10)]
        for thread in crowd: thread.start()
        for thread in crowd: thread.join()
    if turn == 0: early = kib()
print(len(seen), threading.active_count())      # expect: 10000 1
print(kib() - early < 32 * 1024)                # expect: True

gate, alive = threading.Event(), threading.Semaphore(0)
def wait():
    alive.release()
    gate.wait()
crowd = [threading.Thread(target=wait) for _ in range(2000)]
before = kib()
for thread in crowd: thread.start()
for _ in crowd: alive.acquire()
print(threading.active_count())                 # expect: 2001
print((kib() - before) / len(crowd) < 128)      # expect: True
gate.set()
for thread in crowd: thread.join()
print(threading.active_count())                 # expect: 1
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 512 * 1024)   # expect: True
