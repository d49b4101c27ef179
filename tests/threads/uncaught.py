# An uncaught exception in a thread is printed with the thread's name; the program goes on.
import threading
def fail():
    raise ValueError("in a thread")
t = threading.Thread(target=fail, name="worker")
t.start()
t.join()
print("goes on")  # expect: goes on
# expect-stderr: Exception in thread worker:
# expect-stderr: Traceback (most recent call last):
# expect-stderr:   File "/usr/lib/python3.11/threading.py", line 1038, in _bootstrap_inner
# expect-stderr:     self.run()
# expect-stderr:   File "/usr/lib/python3.11/threading.py", line 975, in run
# expect-stderr:     self._target(*self._args, **self._kwargs)
# expect-stderr:   File "uncaught.py", line 4, in fail
# expect-stderr:     raise ValueError("in a thread")
# expect-stderr: ValueError: in a thread
