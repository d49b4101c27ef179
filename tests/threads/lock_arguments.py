# acquire() checks its arguments as CPython does.
import threading, _thread
lock = threading.Lock()
def show(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)
show(lambda: lock.acquire(False, 1))    # expect: ValueError can't specify a timeout for a non-blocking call
show(lambda: lock.acquire(True, -2))    # expect: ValueError timeout value must be positive
show(lambda: lock.acquire("x"))         # expect: TypeError 'str' object cannot be interpreted as an integer
show(lock.release)                      # expect: RuntimeError release unlocked lock
show(lambda: lock.acquire(timeout=0.5)) # expect: True
show(lambda: lock.acquire(timeout=0.01))  # expect: False
show(lambda: lock.acquire(False))       # expect: False
lock.release()
r = threading.RLock()
show(r.release)                         # expect: RuntimeError cannot release un-acquired lock
with r, r:
    print(r._is_owned(), repr(r).split()[4])  # expect: True count=2
show(lambda: _thread.start_new_thread(1, ()))  # expect: TypeError first arg must be callable
print(_thread.TIMEOUT_MAX)              # expect: 9223372036.0
