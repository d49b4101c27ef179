# What threading.local held for a thread goes when the thread has ended.
import gc, threading, weakref
local = threading.local()
class C: pass
refs = []
def work():
    local.value = C()
    refs.append(weakref.ref(local.value))
for _ in range(10):
    t = threading.Thread(target=work)
    t.start()
    t.join()
del t
gc.collect()
gc.collect()
print(sum(r() is not None for r in refs) <= 2)  # expect: True
