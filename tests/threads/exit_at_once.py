# A program with threads ends soon after its last line: daemons that compute, sleep or wait for a lock are no
# hindrance, nor is a pool.
# needs: plain
import subprocess
import sys
import time

PROGRAM = """
import sys, threading, time
from concurrent.futures import ThreadPoolExecutor
lock = threading.Lock()
lock.acquire()
def compute():
    while True: pass
for body in (compute, lambda: time.sleep(100), lock.acquire, threading.Event().wait, sys.stdin.read):
    threading.Thread(target=body, daemon=True).start()
pool = ThreadPoolExecutor(4)
print(sum(pool.map(abs, range(100))))
joined = threading.Thread(target=time.sleep, args=(0.05,))
joined.start()
time.sleep(0.1)
print(time.time(), flush=True)
"""

def seconds():
    """From the last line to the end."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        first, last = child.stdout.readline(), float(child.stdout.readline())
        assert first == "4950\n" and child.wait(timeout=10) == 0
        return time.time() - last

print(min(seconds() for _ in range(5)) < 0.1)      # expect: True
