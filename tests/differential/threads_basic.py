import threading, queue, concurrent.futures as cf, time
results = []
def work(n, lock, out):
    for i in range(200):
        with lock: out.append(n)
lock = threading.Lock()
ts = [threading.Thread(target=work, args=(n, lock, results), name=f"w{n}") for n in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]
print(len(results), sorted(set(results)), [t.name for t in ts], any(t.is_alive() for t in ts), threading.active_count(), threading.current_thread().name, threading.main_thread().daemon)
q = queue.Queue(maxsize=5); got = []
def producer():
    for i in range(100): q.put(i)
    q.put(None)
def consumer():
    while (v := q.get()) is not None: got.append(v); q.task_done()
a, b = threading.Thread(target=producer), threading.Thread(target=consumer)
a.start(); b.start(); a.join(); b.join(); print(got == list(range(100)), q.empty())
try: q.get_nowait()
except queue.Empty: print("empty")
pq = queue.PriorityQueue(); [pq.put(x) for x in (3, 1, 2)]; print([pq.get() for _ in range(3)]); lq = queue.LifoQueue(); lq.put(1); lq.put(2); print(lq.get())
with cf.ThreadPoolExecutor(4) as ex:
    print(list(ex.map(lambda x: x * x, range(10))), ex.submit(pow, 2, 10).result())
    fs = [ex.submit(divmod, 7, n) for n in (2, 0)]
    done, _ = cf.wait(fs); print(len(done), fs[0].result(), type(fs[1].exception()).__name__)
    print(sorted(f.result() for f in cf.as_completed([ex.submit(lambda x: x + 1, n) for n in range(5)])))
ev = threading.Event(); t = threading.Thread(target=lambda: (ev.wait(5), results.append("event"))); t.start(); ev.set(); t.join(); print(results[-1], ev.is_set())
cond = threading.Condition(); ready = []
def waiter():
    with cond:
        cond.wait_for(lambda: ready, timeout=5); results.append(ready[0])
t = threading.Thread(target=waiter); t.start()
with cond: ready.append("go"); cond.notify_all()
t.join(); print(results[-1])
sem = threading.BoundedSemaphore(2); sem.acquire(); print(sem.acquire(blocking=False), sem.acquire(timeout=0.01)); sem.release(); sem.release()
try: sem.release()
except ValueError as e: print(e)
bar = threading.Barrier(3); order = []
def at_barrier(n): order.append(bar.wait())
ts = [threading.Thread(target=at_barrier, args=(n,)) for n in range(3)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sorted(order))
local = threading.local(); local.x = "main"
def see(): results.append(hasattr(local, "x")); local.x = "thread"
t = threading.Thread(target=see); t.start(); t.join(); print(results[-1], local.x)
rl = threading.RLock()
with rl:
    with rl: print("reentered", rl)if False else print("reentered")
for bad in (lambda: lock.release(), lambda: rl.release(), lambda: t.start(), lambda: threading.current_thread().join(), lambda: threading.Thread(target=print).join()):
    try: bad()
    except RuntimeError as e: print(e)
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01), lock.release())
timer = threading.Timer(0.01, results.append, ["timer"]); timer.start(); timer.join(); print(results[-1])
class T(threading.Thread):
    def __init__(self): super().__init__(daemon=True); self.r = None
    def run(self): self.r = self.name.startswith("Thread-"), self.daemon
t = T(); t.start(); t.join(1); print(t.r)
seen = []; threading.excepthook = lambda a: seen.append((a.exc_type.__name__, str(a.exc_value), a.thread.name))
t = threading.Thread(target=lambda: 1 / 0, name="bad"); t.start(); t.join(); print(seen)
def nested():
    inner = threading.Thread(target=lambda: results.append("inner")); inner.start(); inner.join()
t = threading.Thread(target=nested); t.start(); t.join(); print(results[-1])
shared = {}; ts = [threading.Thread(target=lambda n=n: [shared.__setitem__((n, i), i) for i in range(500)]) for n in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]; print(len(shared), sum(shared.values()))
