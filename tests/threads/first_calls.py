# Functions read from the cache are decoded when they are first called or looked at; many threads may be the first.
import os
import subprocess
import sys
import tempfile

MODULE = ["def f%d(a, b=%d, *, key='k%d'):\n    'doc %d'\n    def inner(x):\n        return (x, a, (1.5, %d), 'text %d')\n"
          "    try:\n        return inner(b) + (key,)\n    except ValueError:\n        return None\n" % ((n,) * 6)
          for n in range(150)]

PROGRAM = """
import random, sys, threading
sys.path.insert(0, sys.argv[1])
import many
start = threading.Barrier(6)
wrong = []
def work(seed):
    order = list(range(150))
    random.Random(seed).shuffle(order)
    start.wait()
    for n in order:
        f = getattr(many, "f%d" % n)
        look = (seed + n) % 4
        if look == 0 and f.__doc__ != "doc %d" % n: wrong.append(f.__doc__)
        if look == 1 and f.__code__.co_varnames != ("a", "b", "key", "inner"): wrong.append(f.__code__.co_varnames)
        if look == 2 and f(n, key=n) != (n, n, (1.5, n), "text %d" % n, n): wrong.append(f(n, key=n))
        if f(7) != (n, 7, (1.5, n), "text %d" % n, "k%d" % n): wrong.append(f(7))
threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
for t in threads: t.start()
for t in threads: t.join()
g = many.f3
g.__code__ = many.f4.__code__
print(len(wrong), wrong[:3], g.__doc__, many.f4.__doc__)
"""

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "many.py"), "w") as file:
        file.write("".join(MODULE))
    environment = dict(os.environ, WEFT_CACHE_DIR=os.path.join(folder, "cache"))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", PROGRAM, folder], env=environment)
        if done.returncode:
            print("exit status", done.returncode)
# expect: 0 [] doc 3 doc 4
# expect: 0 [] doc 3 doc 4
# expect: 0 [] doc 3 doc 4
# expect: 0 [] doc 3 doc 4
