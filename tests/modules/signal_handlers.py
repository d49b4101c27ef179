# Signal handlers run in the main thread, between its instructions and inside its waits.
import os, signal, threading, time
seen = []
def handler(number, frame):
    seen.append((number == signal.SIGUSR1, frame is not None, threading.current_thread().name))
old = signal.signal(signal.SIGUSR1, handler)
print(old is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is handler)  # expect: True True
os.kill(os.getpid(), signal.SIGUSR1)
print(seen.pop())                                  # expect: (True, True, 'MainThread')
lock = threading.Lock()
lock.acquire()
def later():
    time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0.05)
    lock.release()
thread = threading.Thread(target=later)
thread.start()
print(lock.acquire(timeout=10))                    # expect: True
print(seen.pop())                                  # expect: (True, True, 'MainThread')
thread.join()
def raising(number, frame):
    raise RuntimeError("from the handler")
signal.signal(signal.SIGALRM, raising)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(10)
except RuntimeError as error:
    print(error)                                   # expect: from the handler
try:
    signal.signal(signal.SIGKILL, handler)
except OSError as error:
    print(error)                                   # expect: [Errno 22] Invalid argument
def elsewhere():
    try:
        signal.signal(signal.SIGUSR1, handler)
    except ValueError as error:
        print(error)                               # expect: signal only works in main thread of the main interpreter
thread = threading.Thread(target=elsewhere)
thread.start()
thread.join()
