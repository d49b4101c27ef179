# A process forked while threads run has one thread, and can start more.
import os, threading, time
stop = threading.Event()
def busy():
    while not stop.is_set():
        [0] * 100
ts = [threading.Thread(target=busy) for _ in range(2)]
for t in ts: t.start()
for i in range(5):
    pid = os.fork()
    if pid == 0:
        ok = []
        t = threading.Thread(target=ok.append, args=(1,))
        t.start()
        t.join()
        os._exit(0 if ok == [1] and threading.active_count() == 1 else 1)
    print(os.waitpid(pid, 0)[1], end=" ")
stop.set()
for t in ts: t.join()
print()  # expect: 0 0 0 0 0 
