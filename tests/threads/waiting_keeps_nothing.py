# What a thread had in its hands before it waits, it does not keep while it waits.
# timeout: 60
import gc
import queue
import select
import threading
import weakref


class Probe:
    pass


def deep(n, probe):
    """Leaves words of the probe behind on the stacks, of C as well."""
    return sorted([probe], key=lambda p: deep(n - 1, p) if n else 0)


def check(name, wait, wake):
    ready = threading.Event()
    links = []

    def run():
        probe = Probe()
        links.append(weakref.ref(probe))
        deep(5, probe)
        del probe
        ready.set()
        wait()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    for _ in range(200):    # until it waits
        gc.collect()
        if links[0]() is None:
            break
        threading.Event().wait(0.01)
    print(name, links[0]() is None)
    wake()
    thread.join()


lock = threading.Lock()
lock.acquire()
check("lock", lock.acquire, lock.release)       # expect: lock True

items = queue.SimpleQueue()
check("queue", items.get, lambda: items.put(1))     # expect: queue True

read, write = __import__("os").pipe()
poll = select.poll()
poll.register(read, select.POLLIN)
check("poll", poll.poll, lambda: __import__("os").write(write, b"x"))   # expect: poll True
