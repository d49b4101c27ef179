# Methods of threading and queue that Weft has in C: with locks, subclasses and arguments of all kinds they do what the
# library's do.
import inspect
import pickle
import queue
import threading

# A lock of the program's own.
class Own:
    def __init__(self):
        self.lock = threading.Lock()
    def acquire(self, *args):
        print("acquire", args)
        return self.lock.acquire(*args)
    def release(self):
        print("release")
        self.lock.release()
    def __enter__(self):
        return self.acquire()
    def __exit__(self, *args):
        self.release()
condition = threading.Condition(Own())
with condition as result:       # expect: acquire ()
    print(result)               # expect: True
    condition.notify()          # expect: acquire (False,)
    print(len(condition._waiters), condition._lock.lock.locked())       # expect: 0 True
# expect: release
with threading.Condition(threading.Lock()) as result:
    print(result)               # expect: True

# Without the lock.
for method in ("notify", "notify_all", "wait"):
    try:
        getattr(threading.Condition(), method)()
    except RuntimeError as error:
        print(error)
# expect: cannot notify on un-acquired lock
# expect: cannot notify on un-acquired lock
# expect: cannot wait on un-acquired lock
condition = threading.Condition()
with condition:
    with condition:
        condition.notify(5)
        print(condition._is_owned(), condition.wait(0))     # expect: True False
        print(condition._is_owned())                        # expect: True
print(condition._is_owned())    # expect: False

# Subclasses and attributes.
class Loud(threading.Semaphore):
    def acquire(self, *args, **kwargs):
        print("loud")
        return super().acquire(*args, **kwargs)
loud = Loud(2)
with loud:                      # __enter__ is the library's acquire
    print(loud._value)          # expect: 1
print(loud.acquire(timeout=5), loud.acquire(False), loud.acquire(blocking=False))
# expect: loud
# expect: loud
# expect: loud
# expect: True True False
loud.release(2)
print(loud._value)              # expect: 2
class Watched(threading.Event):
    @property
    def _flag(self):
        return self.flag
    @_flag.setter
    def _flag(self, flag):
        print("flag", flag)
        self.flag = flag
watched = Watched()             # expect: flag False
watched.set()                   # expect: flag True
print(watched.wait(), watched.wait(timeout=1))     # expect: True True
watched.clear()                 # expect: flag False
print(watched.wait(0.01))       # expect: False
class Stack(queue.Queue):
    def _put(self, item):
        self.queue.appendleft(item)
stack = Stack()
stack.put(1), stack.put(2)
print(stack.get(), stack.get(), stack.unfinished_tasks)     # expect: 2 1 2

# Arguments.
for call in (lambda: threading.Semaphore().acquire(False, 1), lambda: threading.Semaphore().release(0),
             lambda: threading.BoundedSemaphore().release(), lambda: threading.BoundedSemaphore(3).release(n=9)):
    try:
        call()
    except ValueError as error:
        print(error)
# expect: can't specify timeout for non-blocking acquire
# expect: n must be one or more
# expect: Semaphore released too many times
# expect: Semaphore released too many times
small = queue.Queue(maxsize=1)
small.put("x", timeout=1)
for call in (lambda: small.put("y", block=False), lambda: small.put("y", timeout=0.01), lambda: small.put("y", True, -1)):
    try:
        call()
    except (queue.Full, ValueError) as error:
        print(type(error).__name__, error)
# expect: Full 
# expect: Full 
# expect: ValueError 'timeout' must be a non-negative number
print(small.get(block=False), small.qsize())        # expect: x 0
for call in (lambda: small.get(False), lambda: small.get(timeout=0.01), small.get_nowait):
    try:
        call()
    except queue.Empty as error:
        print(type(error).__name__)
# expect: Empty
# expect: Empty
# expect: Empty
small.task_done()
try:
    small.task_done()
except ValueError as error:
    print(error)                # expect: task_done() called too many times

# What is seen of them.
print(inspect.signature(threading.Semaphore().acquire))     # expect: (blocking=True, timeout=None)
print(inspect.signature(queue.Queue().put))                 # expect: (item, block=True, timeout=None)
print(sorted(vars(threading.Event())), sorted(vars(queue.Queue())))
# expect: ['_cond', '_flag'] ['all_tasks_done', 'maxsize', 'mutex', 'not_empty', 'not_full', 'queue', 'unfinished_tasks']
try:
    pickle.dumps(threading.Condition())
except TypeError as error:
    print(error)                # expect: cannot pickle '_thread.RLock' object

# They can be replaced again.
def notify(self, n=1):
    print("notify", n)
before = threading.Condition.notify
threading.Condition.notify = notify
threading.Condition().notify(3)         # expect: notify 3
threading.Condition.notify = before
threading.Condition.wait, kept = (lambda self, timeout=None: print("wait", timeout)), threading.Condition.wait
with (condition := threading.Condition()):
    condition.wait(7)                   # expect: wait 7
threading.Condition.wait = kept
