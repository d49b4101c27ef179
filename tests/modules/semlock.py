# The semaphores that multiprocessing is made of.
import _multiprocessing, os, threading
name = "/weft-test-%d" % os.getpid()
lock = _multiprocessing.SemLock(0, 1, 1, name, True)
print(lock.acquire(), lock.acquire(), lock._count(), lock._is_mine())  # expect: True True 2 True
result = []
t = threading.Thread(target=lambda: result.extend([lock.acquire(False), lock.acquire(True, 0.01)]))
t.start()
t.join()
print(result)                                   # expect: [False, False]
lock.release()
lock.release()
try:
    lock.release()
except AssertionError as e:
    print(e)                                    # expect: attempt to release recursive lock not owned by thread
semaphore = _multiprocessing.SemLock(1, 2, 2, name, True)
try:
    semaphore.release()
except ValueError as e:
    print(e)                                    # expect: semaphore or lock released too many times
with semaphore:
    print(semaphore._get_value(), semaphore._is_zero(), semaphore.maxvalue, semaphore.name)  # expect: 1 False 2 None
try:
    _multiprocessing.sem_unlink(name)
except FileNotFoundError as e:
    print(e.errno)                              # expect: 2
try:
    _multiprocessing.SemLock(5, 0, 1, name, True)
except ValueError as e:
    print(e)                                    # expect: unrecognized kind
