# Threads that make references to shared objects while the collector runs agree on the one reference
# without a callback, and never see a dead target as alive.
import gc
import weakref
from _hammer import together

class Target:
    pass

targets = [Target() for _ in range(50)]

def body(number):
    for i in range(1500):
        target = targets[i % 50]
        reference = weakref.ref(target)
        assert reference() is target
        assert weakref.ref(target) is reference
        weakref.ref(target, print)
        short = weakref.ref(Target())
        assert short() is None or type(short()) is Target
        if i % 500 == 0:
            gc.collect()

together(body)
gc.collect()
print(all(weakref.ref(target)() is target for target in targets))   # expect: True
