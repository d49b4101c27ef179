# gc.collect() finds everything that the program has dropped, and says how many containers lay on
# circles.
import gc
import weakref


class Node:
    pass


gc.disable()    # nobody else is to find anything


def no_circle():
    node = Node()
    reference = weakref.ref(node)
    del node
    count = gc.collect()
    return reference(), count


def circle():
    node = Node()
    node.me = node
    reference = weakref.ref(node)
    gc.collect()
    del node
    count = gc.collect()
    return reference(), count


gc.collect()
print(no_circle(), circle())        # expect: (None, 0) (None, 1)


def circles(make):
    gc.collect()
    kept = make()
    before = gc.collect()
    del kept
    return before, gc.collect()


def lists():
    a, b = [], []
    a.append(b)
    b.append(a)
    return a


def tuple_and_list():
    a = []
    a.append((a, 1))
    return a


def shown_dict():
    node = Node()
    node.__dict__  # shows the slots, and is no reference back
    return node


def below():
    a = [[1], {2: 3}]
    a.append(a)
    return a


def namespace():
    names = {}
    exec("def f(): pass", names)
    return names


for make in lists, tuple_and_list, shown_dict, below, namespace:
    print(circles(make))
# expect: (0, 2)
# expect: (0, 2)
# expect: (0, 0)
# expect: (0, 3)
# expect: (0, 2)


# What the caches of instructions have seen keeps nothing alive.
def local_class():
    class Local:
        attribute = 1

        def method(self):
            return self.attribute

    for _ in range(3):
        Local.attribute, Local().method()
    return weakref.ref(Local)


reference = local_class()
print(gc.collect() > 0, reference())    # expect: True None


# Finalizers run within the call; what they bring back is not counted until it dies.
class Phoenix:
    def __del__(self):
        risen.append(self)


class Marked:
    def __init__(self):
        self.me = self

    def __del__(self):
        print("del")


risen = []


def fire():
    bird = Phoenix()
    bird.me = bird


fire()
print(gc.collect(), len(risen))         # expect: 0 1
risen.clear()
print(gc.collect(), len(risen))         # expect: 1 0
Marked()
print(gc.collect())
# expect: del
# expect: 1

# gc.callbacks are told the count; gc.get_stats() adds it up.
seen = []


def callback(phase, info):
    seen.append((phase, info["generation"], info["collected"]))
    print(gc.collect())                 # not entered again


gc.callbacks.append(callback)
collected = gc.get_stats()[1]["collected"]
lists()
print(gc.collect(1))
gc.callbacks.remove(callback)
print(seen, gc.get_stats()[1]["collected"] - collected)
# expect: 0
# expect: 0
# expect: 2
# expect: [('start', 1, 0), ('stop', 1, 2)] 2

# DEBUG_SAVEALL keeps what was found.
gc.collect()
gc.set_debug(gc.DEBUG_SAVEALL)
lists()
gc.collect()
gc.set_debug(0)
print(gc.garbage)                       # expect: [[[[...]]], [[[...]]]]
gc.garbage.clear()
print(gc.collect())                     # expect: 2

# gc.get_objects() shows what is reachable only.
a = len(gc.get_objects())
print(len(gc.get_objects()) - a)        # expect: 0
# A collection that is called from C code keeps what that code works on.
print(list(map(lambda n: [n] if gc.collect() >= 0 else None, range(3))))    # expect: [[0], [1], [2]]
print(len(list(map(gc.collect, [0, 1, 2]))))                                # expect: 3

# Generations are counted by what collect() is called with, from the first question on.
probe = []


def generations():
    return [any(o is probe for o in gc.get_objects(n)) for n in range(3)]


print(generations())                    # expect: [True, False, False]
gc.collect(0)
print(generations())                    # expect: [False, True, False]
gc.collect(0)
print(generations())                    # expect: [False, True, False]
gc.collect(1)
print(generations())                    # expect: [False, False, True]
gc.collect()
print(generations())                    # expect: [False, False, True]
print(gc.get_freeze_count())            # expect: 0
gc.freeze()
print(gc.get_freeze_count() > 100, generations(), any(o is probe for o in gc.get_objects()))
# expect: True [False, False, False] False
gc.unfreeze()
print(gc.get_freeze_count(), generations())     # expect: 0 [False, False, True]

# A generator that is suspended does not keep what it has given, nor does one that it delegates to.
class Given:
    pass


def giver():
    for _ in range(3):
        yield Given()


def outer():
    yield from giver()


for generator in giver(), outer():
    dead = []
    for given in generator:
        link = weakref.ref(given)
        del given
        gc.collect()
        dead.append(link() is None)
    print(dead)                         # expect: [True, True, True]
# expect: [True, True, True]
