# Programs that share work among threads, with results that do not depend on the order.
import threading, queue, concurrent.futures as cf, itertools, collections, functools, random, time
def parallel_sum(data, n):
    parts = [0] * n
    def work(i): parts[i] = sum(data[i::n])
    ts = [threading.Thread(target=work, args=(i,)) for i in range(n)]; [t.start() for t in ts]; [t.join() for t in ts]
    return sum(parts)
print(parallel_sum(list(range(100_000)), 4))
class Account:
    def __init__(self, b): self.b, self.lock = b, threading.Lock()
def transfer(a, b, n):
    first, second = sorted((a, b), key=id)
    with first.lock, second.lock:
        a.b -= n; b.b += n
accounts = [Account(100) for _ in range(5)]
def worker(seed):
    r = random.Random(seed)
    for _ in range(500): transfer(*r.sample(accounts, 2), r.randint(1, 10))
ts = [threading.Thread(target=worker, args=(i,)) for i in range(4)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sum(a.b for a in accounts))
class Bounded:
    def __init__(self, n): self.items, self.n = collections.deque(), n; self.c = threading.Condition()
    def put(self, x):
        with self.c:
            while len(self.items) >= self.n: self.c.wait()
            self.items.append(x); self.c.notify_all()
    def get(self):
        with self.c:
            while not self.items: self.c.wait()
            x = self.items.popleft(); self.c.notify_all(); return x
b = Bounded(3); out = []; lock = threading.Lock()
def prod(k):
    for i in range(200): b.put(k * 1000 + i)
def cons():
    while (x := b.get()) is not None:
        with lock: out.append(x)
ps = [threading.Thread(target=prod, args=(k,)) for k in range(3)]; cs = [threading.Thread(target=cons) for _ in range(2)]
[t.start() for t in ps + cs]; [t.join() for t in ps]; [b.put(None) for _ in cs]; [t.join() for t in cs]; print(sorted(out) == sorted(k * 1000 + i for k in range(3) for i in range(200)))
stage = [queue.Queue() for _ in range(3)]
def pipe(i, f):
    while (x := stage[i].get()) is not None: stage[i + 1].put(f(x))
    stage[i + 1].put(None)
ts = [threading.Thread(target=pipe, args=(0, lambda x: x * x)), threading.Thread(target=pipe, args=(1, str))]; [t.start() for t in ts]
for i in range(50): stage[0].put(i)
stage[0].put(None); print(" ".join(iter(stage[2].get, None))); [t.join() for t in ts]
def mergesort(x, depth=2):
    if len(x) < 2: return x
    m = len(x) // 2
    if depth:
        with cf.ThreadPoolExecutor(2) as ex: l, r = ex.map(functools.partial(mergesort, depth=depth - 1), (x[:m], x[m:]))
    else: l, r = mergesort(x[:m], 0), mergesort(x[m:], 0)
    out = []
    while l and r: out.append((l if l[0] <= r[0] else r).pop(0))
    return out + l + r
r = random.Random(3); data = [r.randrange(1000) for _ in range(400)]; print(mergesort(data) == sorted(data))
forks = [threading.Lock() for _ in range(5)]; meals = collections.Counter(); ml = threading.Lock()
def philosopher(i):
    for _ in range(50):
        a, c = sorted((i, (i + 1) % 5))
        with forks[a], forks[c]:
            with ml: meals[i] += 1
ts = [threading.Thread(target=philosopher, args=(i,)) for i in range(5)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sorted(meals.items()))
class RW:
    def __init__(self): self.r, self.lock, self.w = 0, threading.Lock(), threading.Lock()
    def read(self, f):
        with self.lock:
            self.r += 1
            if self.r == 1: self.w.acquire()
        try: return f()
        finally:
            with self.lock:
                self.r -= 1
                if not self.r: self.w.release()
    def write(self, f):
        with self.w: return f()
rw, shared, bad = RW(), [0, 0], []
def reader():
    for _ in range(200): rw.read(lambda: shared[0] == shared[1] or bad.append(1))
def writer():
    def f(): shared[0] += 1; shared[1] += 1
    for _ in range(200): rw.write(f)
ts = [threading.Thread(target=f) for f in (reader, writer, reader, writer)]; [t.start() for t in ts]; [t.join() for t in ts]; print(shared, bad)
once = []; ol = threading.Lock()
@functools.lru_cache(None)
def cached(n): return n * 2
with cf.ThreadPoolExecutor(8) as ex: print(sum(ex.map(cached, [i % 10 for i in range(500)])))
with cf.ThreadPoolExecutor(2) as ex:
    f = ex.submit(time.sleep, 0.05); g = ex.submit(lambda: 1 / 0); print(f.result(), type(g.exception()).__name__, f.done()); h = cf.Future(); h.add_done_callback(lambda f: print("callback", f.result())); h.set_result(5)
    try: g.result()
    except ZeroDivisionError as e: print(e)
    try: cf.Future().result(timeout=0.01)
    except cf.TimeoutError: print("timed out")
