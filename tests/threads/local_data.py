# threading.local: attributes of each thread's own; __init__ runs in each.
import threading
class Local(threading.local):
    kind = "class"
    def __init__(self, start):
        self.count = start
local = Local(5)
local.count += 1
results = []
def work():
    results.append((local.count, local.kind, hasattr(local, "extra")))
    local.extra = 1
    results.append(sorted(local.__dict__))
t = threading.Thread(target=work)
t.start()
t.join()
print(results, local.count)   # expect: [(5, 'class', False), ['count', 'extra']] 6
try:
    del local.missing
except AttributeError as error:
    print(error)              # expect: 'Local' object has no attribute 'missing'
try:
    threading.local(1)
except TypeError as error:
    print(error)              # expect: Initialization arguments are not supported
