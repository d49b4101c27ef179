# Endless recursion in a thread with a small stack is a RecursionError.
import threading
threading.stack_size(256 * 1024)
def down(n): return down(n + 1)
def nested():
    x = []
    for _ in range(100_000): x = [x]
    return repr(x)
class A:
    def __getattr__(self, name): return getattr(self, name + "x")
def attempt(f):
    try:
        f()
    except RecursionError:
        print("RecursionError")
for f in (lambda: down(0), nested, lambda: A().x):
    t = threading.Thread(target=attempt, args=(f,))
    t.start()
    t.join()
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
