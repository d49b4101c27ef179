# The module gc.
import gc
import weakref


class Node:
    pass


print(gc.isenabled())
gc.disable()
print(gc.isenabled())
gc.enable()
a = Node()
a.me = a
r = weakref.ref(a)
del a
gc.collect()
gc.collect()
marker = [Node()]
print(any(o is marker for o in gc.get_objects()), gc.get_referents(marker) == marker)
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked("a"), gc.get_threshold())
for bad in 3, -1:
    try:
        gc.collect(bad)
    except ValueError as e:
        print(e)
print(len(gc.get_stats()), sorted(gc.get_stats()[0]))

# expect: True
# expect: False
# expect: True True
# expect: True False False (700, 10, 10)
# expect: invalid generation
# expect: invalid generation
# expect: 3 ['collected', 'collections', 'uncollectable']
