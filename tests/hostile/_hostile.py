"""Runs targets: objects shared by threads that all do random things to them.

A target is a function that takes a random.Random and gives a Shared: the object, a list of operations on it
(functions of a random.Random), and a check that is called when all threads are done. The files of this folder
whose names do not begin with "_" register theirs with @target.

Operations may raise any Exception but those that say that the runtime is in disorder (UNSOUND). Some of the
values they use are Disturbers: their __eq__, __hash__, __lt__, __repr__, ... do another operation to the same
object in the middle of the first.
"""
import faulthandler
import gc
import importlib
import os
import random
import resource
import sys
import threading
import time

UNSOUND = (AssertionError, SystemError)
OPERATIONS = 150            # of each thread in a round
MEMORY = 1200               # megabytes a target may need
targets = {}

def target(function):
    targets[function.__name__.strip("_")] = function
    return function


class Shared:
    def __init__(self, operations, check=None, limit=None):
        self.operations = operations
        self.check = check
        self.limit = limit          # called now and then, to keep the object small


class Arena:
    """What the round that runs now is about; Disturbers find it here."""
    shared = None
    local = threading.local()

    @classmethod
    def disturb(cls):
        """In half of all cases does one operation, if this is not within another disturbance already."""
        local, shared = cls.local, cls.shared
        if shared is None or getattr(local, "depth", 1) > 0:
            return
        local.depth += 1
        try:
            if local.random.random() < 0.5:
                local.random.choice(shared.operations)(local.random)
        except UNSOUND:
            raise
        except Exception:
            pass
        finally:
            local.depth -= 1


class Disturber:
    """A value that disturbs the shared object whenever it is asked for something."""
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        Arena.disturb()
        return self.number % 5

    def __eq__(self, other):
        Arena.disturb()
        return getattr(other, "number", None) == self.number

    def __lt__(self, other):
        Arena.disturb()
        return self.number < getattr(other, "number", 0)

    __gt__ = __le__ = __ge__ = __lt__

    def __repr__(self):
        Arena.disturb()
        return "D%d" % self.number

    __str__ = __repr__

    def __format__(self, spec):
        Arena.disturb()
        return spec

    def __bool__(self):
        Arena.disturb()
        return self.number % 2 == 0

    def __index__(self):
        Arena.disturb()
        return self.number

    __int__ = __index__

    def __float__(self):
        Arena.disturb()
        return 0.5

    def __len__(self):
        Arena.disturb()
        return self.number

    def __iter__(self):
        Arena.disturb()
        for i in range(self.number):
            yield i
            Arena.disturb()

    def __call__(self, *arguments, **keywords):
        Arena.disturb()
        return self.number

    def __add__(self, other):
        Arena.disturb()
        return self.number

    __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = __mod__ = __and__ = __rand__ = __add__

    def __enter__(self):
        Arena.disturb()
        return self

    def __exit__(self, *details):
        Arena.disturb()

    def __reduce__(self):
        Arena.disturb()
        return Disturber, (self.number,)

    def __length_hint__(self):
        Arena.disturb()
        return self.number


class Exotic(str):
    """A str whose hash and equality are Python code."""
    __slots__ = ()

    def __hash__(self):
        Arena.disturb()
        return 3

    def __eq__(self, other):
        Arena.disturb()
        return str.__eq__(self, other)


def number(r):
    return r.randrange(-3, 12)


ATOMS = (None, True, False, 0, 1, -1, 2, 7, 255, 256, 2**47, -2**47, 2**70, 0.0, -0.0, 1.5, float("nan"),
         float("inf"), 1j, "", "a", "key", "b\xe9", "\u20ac", "\U0001f600", "x" * 40, b"", b"ab", b"\xff" * 20,
         (), (1, 2), ("a", 1), frozenset((1, 2)), Ellipsis, int, str, len)


def key(r):
    """Something that can be hashed."""
    kind = r.randrange(10)
    if kind < 4:
        return r.randrange(12)
    if kind < 6:
        return "k%d" % r.randrange(8)
    if kind < 7:
        return Exotic("k%d" % r.randrange(4))
    if kind < 9:
        return Disturber(r.randrange(6))
    return r.choice(ATOMS)


def value(r, depth=0):
    """Any value: often a number, sometimes a Disturber or a container."""
    kind = r.randrange(12)
    if kind < 5:
        return r.randrange(-2, 10)
    if kind < 8:
        return r.choice(ATOMS)
    if kind < 10 or depth > 1:
        return Disturber(r.randrange(5))
    size = r.randrange(5)
    kind = r.randrange(8)
    if kind == 0:
        return [value(r, depth + 1) for _ in range(size)]
    if kind == 1:
        return tuple(value(r, depth + 1) for _ in range(size))
    if kind == 2:
        return {key(r): value(r, depth + 1) for _ in range(size)}
    if kind == 3:
        return {key(r) for _ in range(size)}
    if kind == 4:
        return iter([value(r, depth + 1) for _ in range(size)])
    if kind == 5:
        return slice(number(r), number(r), r.choice((None, None, 1, -1, 2)))
    if kind == 6:
        return bytearray(r.randbytes(size))
    return (value(r, depth + 1) for _ in range(size))


def index(r):
    """An index or a slice."""
    if r.random() < 0.5:
        return number(r)
    return slice(r.choice((None, number(r))), r.choice((None, number(r))), r.choice((None, None, 1, 2, -1, -2)))


def methods(get, leave_out=(), arguments=value, also=()):
    """An operation: calls some method of what get() gives, with random arguments."""
    cache = {}

    def names_of(kind):
        names = cache.get(kind)
        if names is None:
            names = [name for name in dir(kind) if name not in NEVER and name not in leave_out]
            names.extend(also)
            cache[kind] = names
        return names

    def operation(r):
        item = get()
        name = r.choice(names_of(type(item)))
        method = getattr(item, name)
        if callable(method):
            method(*[arguments(r) for _ in range(r.choice((0, 0, 1, 1, 1, 2, 2, 3)))])
    return operation


# Special methods that have no business here: the result would say nothing, or they change the target's class.
NEVER = {"__class__", "__init_subclass__", "__subclasshook__", "__new__", "__getattribute__", "__setattr__",
         "__delattr__", "__dir__", "__doc__", "__del__", "__sizeof__"}


def look(*functions):
    """Operations that apply each of the functions, and drop what comes of it."""
    return [lambda r, function=function: function() for function in functions]


def drain(iterable, limit=300):
    """At most `limit` items: others may be adding to what is iterated over."""
    found = []
    for item in iterable:
        found.append(item)
        if len(found) >= limit:
            break
    return found


class SteadyRandom(random.Random):
    """The library's choice() looks at the length twice, and never ends when the second is 0."""

    def choice(self, sequence):
        length = len(sequence)
        if not length:
            raise IndexError("empty")
        return sequence[self.randrange(length)]


class Round:
    def __init__(self, shared, seed, threads, deadline):
        self.shared = shared
        self.deadline = deadline
        self.failure = None
        self.start = threading.Barrier(threads)
        self.threads = [threading.Thread(target=self.body, args=("%s/%d" % (seed, n),), daemon=True)
                        for n in range(threads)]

    def body(self, seed):
        r = SteadyRandom(seed)
        shared = self.shared
        Arena.local.random = r
        Arena.local.depth = 0
        self.start.wait()
        for count in range(OPERATIONS):
            if self.failure is not None or count % 16 == 15 and time.monotonic() > self.deadline:
                break
            try:
                if shared.limit is not None and count % 4 == 0:
                    shared.limit()
                r.choice(shared.operations)(r)
            except UNSOUND as error:
                self.failure = error
            except (Exception, GeneratorExit):
                # A coroutine that was asked to close and did not comply ends with GeneratorExit later.
                pass
            except BaseException as error:
                self.failure = error

    def run(self, patience):
        Arena.shared = self.shared
        for thread in self.threads:
            thread.start()
        end = time.monotonic() + patience
        for thread in self.threads:
            thread.join(max(0.1, end - time.monotonic()))
            if thread.is_alive():
                print("a thread hangs", file=sys.stderr, flush=True)
                faulthandler.dump_traceback(all_threads=True)
                os._exit(3)
        Arena.shared = None
        if self.failure is not None:
            raise self.failure
        if self.shared.check is not None:
            self.shared.check()


def files():
    here = os.path.dirname(os.path.abspath(__file__))
    return [os.path.join(here, name) for name in sorted(os.listdir(here)) if name.endswith(".py") and name[0] != "_"]


def load(names):
    """The names of the targets that `names`, of targets and files, ask for; of all when there are none."""
    of_file = {}
    for path in files():
        before = set(targets)
        file = os.path.basename(path)[:-3]
        importlib.import_module(file)
        of_file[file] = [name for name in targets if name not in before]
    if not names:
        return list(targets)
    chosen = []
    for name in names:
        if name not in of_file and name not in targets:
            sys.exit("there is no target " + name)
        chosen.extend(of_file.get(name, [name]))
    return chosen


def find(name):
    """The target of that name. What mentions it comes first: imports take long in a checking build."""
    def lacks(path):
        with open(path, encoding="utf-8") as file:
            return name not in file.read()
    for path in sorted(files(), key=lacks):
        importlib.import_module(os.path.basename(path)[:-3])
        if name in targets:
            return targets[name]
    sys.exit("there is no target " + name)


def main(arguments):
    if arguments[:1] == ["--list"]:
        print("\n".join(load(arguments[1:])))
        return
    name = arguments[0]
    options = dict(zip(arguments[1::2], arguments[2::2]))
    seconds, threads = float(options["--seconds"]), int(options["--threads"])
    make = find(name)
    patience = 40 * int(os.environ.get("WEFT_TEST_PATIENCE") or 1)
    end = time.monotonic() + seconds
    number = 0
    while number == 0 or time.monotonic() < end:
        seed = "%s/%s/%d" % (options["--seed"], name, number)
        try:
            shared = make(random.Random(seed))
        except (OSError, OverflowError):    # of a stream that lies already when it is opened
            number += 1
            continue
        try:
            Round(shared, seed, threads, end).run(patience)
        except BaseException:
            print("round", number, file=sys.stderr)
            raise
        number += 1
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if used > MEMORY * (4 if os.environ.get("ASAN_OPTIONS") or os.environ.get("TSAN_OPTIONS") else 1):
            sys.exit("round %d: %d megabytes in use" % (number, used))
    print(number, "rounds")


if __name__ == "__main__":
    faulthandler.enable()
    sys.setrecursionlimit(400)
    sys.unraisablehook = lambda details: None
    sys.modules["_hostile"] = sys.modules["__main__"]
    main(sys.argv[1:])
