# Functions registered with atexit run last first; their errors do not stop the others.
# expect: 2
# expect: main ends
# expect: second (1,) {'k': 2}
# expect: first () {}
import atexit


def say(name, *a, **k):
    print(name, a, k)


atexit.register(say, "first")
atexit.register(say, "gone")
atexit.unregister(print)
atexit._clear()
atexit.register(say, "first")
atexit.register(say, "second", 1, k=2)
print(atexit._ncallbacks())
print("main ends")
