# Threads that add, change and delete attributes of one object, and of its class.
import threading
class Thing:
    pass
thing = Thing()
def work(n):
    for i in range(5_000):
        setattr(thing, f"a{n}", i)
        thing.shared = i
        assert getattr(thing, f"a{n}") == i
        if i % 7 == 0:
            delattr(thing, f"a{n}")
        if i % 50 == 0:
            setattr(Thing, f"method{n}", lambda self: i)
            getattr(thing, f"method{n}")()
        thing.__dict__.get("shared")
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(thing.__dict__))  # expect: ['a0', 'a1', 'a2', 'a3', 'shared']
