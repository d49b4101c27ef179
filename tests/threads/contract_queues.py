# docs/memory-model.md, queues and locks.
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from _contract import COUNT, THREADS, TOKENS, each, flat, row, same, together

def through(make, capacity=0):
    """Half of the threads put, the others take; each token arrives once."""
    pipe = make()
    def body(number):
        if number % 2:
            return [pipe.get() for _ in range(COUNT)]
        for token in range(number // 2 * COUNT, (number // 2 + 1) * COUNT):
            pipe.put(token)
        return []
    parts = together(body, THREADS)
    return same(flat(parts), range(THREADS // 2 * COUNT)) and pipe.empty(), parts

def in_order(parts):
    """What one thread has put comes out in its order, for each taker."""
    return all([token for token in part if token < COUNT] == sorted(token for token in part if token < COUNT)
               for part in parts)

@row("SimpleQueue.put(x), get()")
def _():
    whole, parts = through(queue.SimpleQueue)
    return whole and in_order(parts)
# expect: SimpleQueue.put(x), get(): atomic

@row("Queue.put(x), get()")
def _():
    whole, parts = through(queue.Queue)
    bounded, parts2 = through(lambda: queue.Queue(3))
    return whole and in_order(parts) and bounded and in_order(parts2)
# expect: Queue.put(x), get(): atomic

@row("LifoQueue, PriorityQueue")
def _():
    return through(queue.LifoQueue)[0] and through(queue.PriorityQueue)[0] and through(lambda: queue.PriorityQueue(2))[0]
# expect: LifoQueue, PriorityQueue: atomic

@row("Queue.task_done(), join()")
def _():
    pipe, done = queue.Queue(), []
    def body(number):
        for _ in range(COUNT):
            done.append(pipe.get())
            pipe.task_done()
    for token in TOKENS:
        pipe.put(token)
    crowd = [threading.Thread(target=body, args=(number,)) for number in range(THREADS)]
    for thread in crowd: thread.start()
    pipe.join()
    finished = len(done)
    for thread in crowd: thread.join()
    return finished == len(TOKENS) and same(done)
# expect: Queue.task_done(), join(): atomic

def counts(lock):
    total = 0
    def add(token):
        nonlocal total
        with lock:
            total += 1
    each(add)
    return total == len(TOKENS)

@row("with Lock")
def _():
    return counts(threading.Lock())
# expect: with Lock: atomic

@row("with RLock")
def _():
    return counts(threading.RLock())
# expect: with RLock: atomic

@row("with Condition, Semaphore")
def _():
    return counts(threading.Condition()) and counts(threading.Semaphore()) and counts(threading.BoundedSemaphore())
# expect: with Condition, Semaphore: atomic

@row("Semaphore: at most n")
def _():
    semaphore, inside, most = threading.Semaphore(2), [], [0]
    def body(token):
        with semaphore:
            inside.append(token)
            most[0] = max(most[0], len(inside))
            inside.remove(token)
    each(body)
    return most[0] <= 2 and not inside
# expect: Semaphore: at most n: atomic

@row("Event")
def _():
    data = []
    ready = threading.Event()
    def body(number):
        if number == 0:
            data.append(1)
            ready.set()
            return True
        ready.wait()
        return data == [1]
    return all(together(body, THREADS))
# expect: Event: atomic

@row("Condition.notify()")
def _():
    condition, items = threading.Condition(), []
    def body(number):
        got = []
        for i in range(COUNT):
            with condition:
                if number % 2:
                    items.append(number * COUNT + i)
                    condition.notify()
                else:
                    while not items:
                        condition.wait()
                    got.append(items.pop())
        return got
    return same(flat(together(body, THREADS)), [*range(COUNT, 2 * COUNT), *range(3 * COUNT, 4 * COUNT)])
# expect: Condition.notify(): atomic

@row("Barrier")
def _():
    barrier, rounds = threading.Barrier(THREADS), [0] * THREADS
    def body(number):
        good = True
        for turn in range(50):
            rounds[number] = turn
            barrier.wait()
            good = good and set(rounds) == {turn}
            barrier.wait()
        return good
    return all(together(body, THREADS))
# expect: Barrier: atomic

@row("submit() to a pool")
def _():
    with ThreadPoolExecutor(THREADS) as pool:
        return same(future.result() for future in [pool.submit(int, token) for token in TOKENS])
# expect: submit() to a pool: atomic
