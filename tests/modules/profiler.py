# cProfile: counts of calls and callers, recursion, a clock of one's own, threads.
import _lsprof
import cProfile
import gc
import pstats
import threading

gc.disable()            # callbacks of weak references, of the imports for one, are calls too


def leaf(x):
    return len([x])


def recursive(n):
    return recursive(n - 1) if n else leaf(n)


def work():
    recursive(3)
    leaf(1)


def named(entry):
    code = entry.code
    return code if isinstance(code, str) else code.co_name


profiler = _lsprof.Profiler()
profiler.enable()
work()
profiler.disable()
entries = {named(e): e for e in profiler.getstats()}
print(sorted(entries))
# expect: ['<built-in method builtins.len>', "<method 'disable' of '_lsprof.Profiler' objects>", 'leaf', 'recursive', 'work']
print({name: (e.callcount, e.reccallcount) for name, e in sorted(entries.items()) if name[0] != "<"})
# expect: {'leaf': (2, 0), 'recursive': (4, 3), 'work': (1, 0)}
print(sorted((named(s), s.callcount) for s in entries["work"].calls))
# expect: [('leaf', 1), ('recursive', 1)]
print(sorted((named(s), s.callcount, s.reccallcount) for s in entries["recursive"].calls))
# expect: [('leaf', 1, 0), ('recursive', 3, 2)]
print(all(e.totaltime >= e.inlinetime >= 0 for e in entries.values()))
# expect: True
profiler.clear()
print(profiler.getstats())
# expect: []

# A clock of integers with a unit: each call of it is a tick.
ticks = iter(range(1000))
profiler = _lsprof.Profiler(lambda: next(ticks), 0.5, builtins=False)
profiler.enable(builtins=False)
leaf(1)
profiler.disable()
for e in profiler.getstats():
    if named(e) == "leaf": print(e.callcount, e.totaltime, e.inlinetime, e.calls)
# expect: 1 0.5 0.5 None

# Each thread is profiled on its own account, into one table.
profiler = cProfile.Profile()
def thread_body():
    profiler.enable()
    for i in range(50): leaf(i)
    profiler.disable()
threads = [threading.Thread(target=thread_body) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
stats = pstats.Stats(profiler)
print({key[2]: value[0] for key, value in stats.stats.items() if key[2] == "leaf"})
# expect: {'leaf': 200}
