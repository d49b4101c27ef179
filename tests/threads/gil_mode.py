# args: -X gil=1 $file
# With -X gil=1 the same programs run, one thread at a time.
import sys, threading
print(sys._is_gil_enabled())  # expect: True
sys.setswitchinterval(0.0005)
print(sys.getswitchinterval())  # expect: 0.0005
n = 0
lock = threading.Lock()
def work():
    global n
    for _ in range(30_000):
        with lock:
            n += 1
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(n)  # expect: 120000
