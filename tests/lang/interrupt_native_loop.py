# What loops in C over an endless iterator in C can be interrupted, and lets other threads collect garbage.
# timeout: 30
import gc, itertools, signal, threading
class Enough(Exception):
    pass
def alarm(*details):
    raise Enough
signal.signal(signal.SIGALRM, alarm)
for loop in (lambda: sum(itertools.repeat(0)), lambda: 1 in itertools.repeat(0),
             lambda: next(filter(None, itertools.repeat(0)))):
    collector = threading.Thread(target=lambda: [gc.collect() for _ in range(3)])
    collector.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        loop()
    except Enough:
        print("enough")
    collector.join()
# expect: enough
# expect: enough
# expect: enough
