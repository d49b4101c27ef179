# Control-C interrupts join() in the main thread.
import os, signal, threading, time
release = threading.Event()
t = threading.Thread(target=release.wait)
t.start()
threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    t.join()
except KeyboardInterrupt:
    print("interrupted")  # expect: interrupted
release.set()
t.join()
