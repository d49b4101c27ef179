# Control-C interrupts a lock's acquire() in the main thread, and a handler that returns does not.
import os, signal, threading
lock = threading.Lock()
lock.acquire()
threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    lock.acquire()
except KeyboardInterrupt:
    print("interrupted")  # expect: interrupted
signal.signal(signal.SIGINT, lambda *a: print("handled"))  # expect: handled
threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
print(lock.acquire(timeout=0.4))  # expect: False
