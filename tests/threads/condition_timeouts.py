# Waits with a time limit end, and say so.
import threading, time, queue
start = time.monotonic()
print(threading.Event().wait(0.05))  # expect: False
c = threading.Condition()
with c:
    print(c.wait(0.05))  # expect: False
print(threading.Semaphore(0).acquire(timeout=0.05))  # expect: False
l = threading.Lock(); l.acquire()
print(l.acquire(timeout=0.05), l.acquire(False))  # expect: False False
try:
    queue.Queue().get(timeout=0.05)
except queue.Empty:
    print("empty")  # expect: empty
try:
    threading.Barrier(2).wait(0.05)
except threading.BrokenBarrierError:
    print("broken")  # expect: broken
for bad in (lambda: l.acquire(False, 1), lambda: l.acquire(True, -2), lambda: l.acquire(timeout=1e300)):
    try: bad()
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)
# expect: ValueError can't specify a timeout for a non-blocking call
# expect: ValueError timeout value must be positive
# expect: OverflowError timestamp out of range for platform time_t
print(0.25 < time.monotonic() - start < 5)  # expect: True
