# A thread that waits for what happens when an object dies does not wait for ever: a long wait collects.
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

class Node:
    pass

def gone():
    died = threading.Event()
    node = Node()
    node.self = node
    weakref.finalize(node, died.set)
    return died
died = gone()
print(died.wait(20))            # expect: True

# A pool that nobody has any more lets its threads end.
def workers():
    pool = ThreadPoolExecutor(3)
    print(sum(pool.map(abs, range(-5, 5))))     # expect: 25
    return list(pool._threads)
for thread in workers():
    thread.join()
print(threading.active_count())     # expect: 1
