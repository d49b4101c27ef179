"""scaling.py CASE THREADS ROUNDS - what one case takes with 1, 2, ... THREADS threads at a time, each of which does
the same number of turns. Prints for each number of threads the nanoseconds of one turn (wall time of all divided by the turns
of one thread), the least of ROUNDS; or "-" when the case does not exist. `scaling.py list` prints the cases.

Runs on any Python 3. A case is a generator function: before its yield it makes what the threads share, and it
yields the function that each thread calls with its number, the number of threads and the turns."""
import sys
import threading
import time
from collections import deque

TARGET = 0.12       # seconds that one thread is to run for

CASES = {}

def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function

# --- work of each thread's own ---------------------------------------------------------------------------------

class Point:
    kind = "point"

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, by):
        self.x += by
        return self.x

    @property
    def sum(self):
        return self.x + self.y

    @staticmethod
    def origin(x):
        return x

@case
def own_loop():
    def body(number, threads, turns):
        for _ in range(turns):
            pass
    yield body

@case
def own_integers():
    def body(number, threads, turns):
        a, b = 1, 7
        for i in range(turns):
            a = (a * 31 + b ^ i) & 0xFFFFFF
    yield body

@case
def own_floats():
    def body(number, threads, turns):
        x = 0.5
        for i in range(turns):
            x = x * 0.999 + 0.25 / (x + 1.0)
    yield body

@case
def own_calls():
    def add(a, b):
        return a + b
    def body(number, threads, turns):
        total = 0
        for i in range(turns):
            total = add(i, 1)
    yield body

@case
def own_methods():
    def body(number, threads, turns):
        point = Point(1, 2)
        for i in range(turns):
            point.move(i)
    yield body

@case
def own_objects():
    def body(number, threads, turns):
        for i in range(turns):
            Point(i, i)
    yield body

@case
def own_lists():
    def body(number, threads, turns):
        items = [0] * 16
        for i in range(turns):
            items[i & 15] = i
            items.append(items[3])
            items.pop()
    yield body

@case
def own_dictionaries():
    def body(number, threads, turns):
        table = {}
        for i in range(turns):
            table[i & 255] = i
            table.get(i & 63)
    yield body

@case
def own_strings():
    def body(number, threads, turns):
        for i in range(turns):
            text = "abc" + str(i)
            text.upper()
    yield body

@case
def own_generators():
    def count(n):
        for i in range(n):
            yield i
    def body(number, threads, turns):
        for i in count(turns):
            pass
    yield body

@case
def own_closures():
    def body(number, threads, turns):
        x = 0
        def add():
            nonlocal x
            x += 1
        for i in range(turns):
            add()
    yield body

@case
def own_exceptions():
    def body(number, threads, turns):
        for i in range(turns):
            try:
                raise ValueError
            except ValueError:
                pass
    yield body

@case
def own_trees():
    def build(depth, leaf=None):
        return (leaf, leaf) if depth == 0 else (build(depth - 1), build(depth - 1))
    def body(number, threads, turns):
        for i in range(turns):
            build(6)
    yield body

# --- one thing that all read -----------------------------------------------------------------------------------------

shared_number = 12345
shared_object = Point(1, Point(3, 4))

def shared_function(x):
    return x

@case
def read_global():
    def body(number, threads, turns):
        for _ in range(turns):
            shared_number
    yield body

@case
def read_attribute_integer():
    o = shared_object
    def body(number, threads, turns):
        for _ in range(turns):
            o.x
    yield body

@case
def read_attribute_object():
    o = shared_object
    def body(number, threads, turns):
        for _ in range(turns):
            o.y
    yield body

@case
def read_dict_str():
    table = {"one": 1, "two": 2}
    def body(number, threads, turns):
        for _ in range(turns):
            table["two"]
    yield body

@case
def read_dict_int():
    table = dict.fromkeys(range(100))
    def body(number, threads, turns):
        for _ in range(turns):
            table[57]
    yield body

@case
def read_dict_get_str():
    table = {"one": 1, "two": 2}
    def body(number, threads, turns):
        for _ in range(turns):
            table.get("two")
    yield body

@case
def read_dict_get_int():
    table = dict.fromkeys(range(100))
    def body(number, threads, turns):
        for _ in range(turns):
            table.get(57)
    yield body

@case
def read_list_index():
    items = list(range(100))
    def body(number, threads, turns):
        for _ in range(turns):
            items[57]
    yield body

@case
def read_list_iteration():
    items = list(range(100))
    def body(number, threads, turns):
        for _ in range(turns):
            for item in items:
                pass
    yield body

@case
def read_function():
    def body(number, threads, turns):
        for i in range(turns):
            shared_function(i)
    yield body

@case
def read_closure():
    x = 5
    def closure():
        return x
    def body(number, threads, turns):
        for _ in range(turns):
            closure()
    yield body

class Reader:
    field = 7

    def __init__(self):
        self.value = 1

    def method(self):
        return self.value

    @property
    def both(self):
        return self.value

    @staticmethod
    def still():
        return 1

@case
def read_method():
    o = Reader()
    def body(number, threads, turns):
        for _ in range(turns):
            o.method()
    yield body

@case
def read_property():
    o = Reader()
    def body(number, threads, turns):
        for _ in range(turns):
            o.both
    yield body

@case
def read_class_attribute():
    def body(number, threads, turns):
        for _ in range(turns):
            Reader.field
    yield body

@case
def read_static_method():
    def body(number, threads, turns):
        for _ in range(turns):
            Reader.still()
    yield body

@case
def read_isinstance():
    o = Reader()
    def body(number, threads, turns):
        for _ in range(turns):
            isinstance(o, Reader)
    yield body

# --- one thing that all write ----------------------------------------------------------------------------------------

@case
def write_with_lock():
    lock, counter = threading.Lock(), [0]
    def body(number, threads, turns):
        for _ in range(turns):
            with lock:
                counter[0] += 1
    yield body

@case
def write_with_rlock():
    lock, counter = threading.RLock(), [0]
    def body(number, threads, turns):
        for _ in range(turns):
            with lock:
                counter[0] += 1
    yield body

@case
def write_list_append():
    items = []
    def body(number, threads, turns):
        for i in range(turns):
            items.append(i)
    yield body
    del items[:]

@case
def write_dict_store():
    table = {}
    def body(number, threads, turns):
        for i in range(turns):
            table[i & 1023] = i
    yield body

@case
def write_attribute():
    o = Point(0, 0)
    def body(number, threads, turns):
        for i in range(turns):
            o.x = i
    yield body

@case
def write_deque():
    items = deque()
    def body(number, threads, turns):
        for i in range(turns):
            items.append(i)
            items.popleft()
    yield body

@case
def write_simple_queue():
    import queue
    pipe = queue.SimpleQueue()      # since Python 3.7
    def body(number, threads, turns):
        for i in range(turns):
            pipe.put(i)
            pipe.get()
    yield body

@case
def write_queue():
    import queue
    pipe = queue.Queue()
    def body(number, threads, turns):
        for i in range(turns):
            pipe.put(i)
            pipe.get()
    yield body

@case
def write_event_ring():
    events = [threading.Event() for _ in range(256)]
    events[0].set()
    def body(number, threads, turns):
        mine, following = events[number], events[(number + 1) % threads]
        for _ in range(turns):
            mine.wait()
            mine.clear()
            following.set()
    yield body

@case
def write_condition():
    condition, holder = threading.Condition(), [0]
    def body(number, threads, turns):
        following = (number + 1) % threads
        for _ in range(turns):
            with condition:
                while holder[0] != number:
                    condition.wait()
                holder[0] = following
                condition.notify_all()
    yield body

@case
def write_semaphore():
    semaphore = threading.Semaphore(1)
    def body(number, threads, turns):
        for _ in range(turns):
            with semaphore:
                pass
    yield body

@case
def write_barrier():
    barriers = {}
    def body(number, threads, turns):
        barrier = barriers.setdefault(threads, threading.Barrier(threads))
        for _ in range(turns):
            barrier.wait()
    yield body

@case
def write_pool():
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(2)
    def body(number, threads, turns):
        for i in range(turns):
            pool.submit(int, i).result()
    yield body
    pool.shutdown()

# --- measuring -----------------------------------------------------------------------------------------------------------

def run(body, threads, turns):
    """Seconds from the first thread's start at its work to the last one's end."""
    times = []
    gate = threading.Barrier(threads)

    def entry(number):
        gate.wait()
        start = time.perf_counter()
        body(number, threads, turns)
        times.append((start, time.perf_counter()))

    crowd = [threading.Thread(target=entry, args=(number,)) for number in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    if len(times) != threads:
        sys.exit(1)
    return max(end for _, end in times) - min(start for start, _ in times)

def measure(name, most, rounds):
    sharing = CASES[name]()
    body = next(sharing)
    turns = 16
    while True:     # so many turns that they take a while, also where threads hinder each other
        took = max(run(body, 1, turns), run(body, most, turns) / 4)
        if took >= TARGET / 2 or turns > 1 << 26:
            break
        turns *= 2
    turns = max(1, int(turns * TARGET / took))
    best = [None] * most
    for _ in range(rounds):
        for threads in range(1, most + 1):
            took = run(body, threads, turns) / turns * 1e9
            if best[threads - 1] is None or took < best[threads - 1]:
                best[threads - 1] = took
    for _ in sharing:
        pass
    return best

if __name__ == "__main__":
    if sys.argv[1] == "list":
        print("\n".join(CASES))
    else:
        print(*["%.2f" % took for took in measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))])
