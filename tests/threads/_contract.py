# What the tests of docs/memory-model.md share. A row of a table there has its test here under the same name: a
# function that lets several threads do the operation at once and returns whether the outcome is whole.
import random
import threading
from _hammer import together

THREADS = 4
COUNT = 500
TOKENS = range(THREADS * COUNT)     # each is put in, or taken out, by exactly one thread

def row(name):
    """Runs the function under it, and prints the row's name and what was found."""
    def run(function):
        print(f"{name}: {'atomic' if function() else 'BROKEN'}")
        return function
    return run

def each(action):
    """Calls action(token) once for each token, in several threads; returns the results of each thread."""
    return together(lambda number: [action(token) for token in TOKENS[number * COUNT:(number + 1) * COUNT]],
                    THREADS)

def flat(parts):
    return [item for part in parts for item in part]

def same(items, others=TOKENS):
    """The same items, each as often, in any order."""
    return sorted(items) == sorted(others)

def meanwhile(action, *disturbances, turns=2 * COUNT, threads=2):
    """Calls action(turn) in some threads, while each of the disturbances is repeated in a thread of its own; True
    when no action returned false and nothing raised."""
    done = threading.Event()
    bad = []

    def disturb(function):
        try:
            while not done.is_set():
                function()
        except BaseException as error:
            bad.append(error)
            raise

    def act():
        try:
            if not all(action(turn) for turn in range(turns)):
                bad.append("wrong")
        except BaseException as error:
            bad.append(error)
            raise

    others = [threading.Thread(target=disturb, args=(function,)) for function in disturbances]
    actors = [threading.Thread(target=act) for _ in range(threads)]
    for thread in others + actors:
        thread.start()
    for thread in actors:
        thread.join()
    done.set()
    for thread in others:
        thread.join()
    return not bad

class Ledger:
    """What went into a container and what came out of it, for a run in which the threads choose among all its
    operations: in the end what went in is what came out and what is left, no more and no less."""

    def __init__(self):
        self.serial = iter(range(1 << 40)).__next__
        self.into, self.out = [], []

    def new(self, count=1):
        """Tokens to put in, which count as put in."""
        tokens = [self.serial() for _ in range(count)]
        self.into.append(tokens)
        return tokens

    def gone(self, tokens):
        self.out.append(list(tokens))

    def balanced(self, left):
        return same(flat(self.into), flat(self.out) + list(left))

    def mix(self, actions, ignored=(), turns=COUNT, threads=THREADS):
        """Threads that call actions at random."""
        def body(number):
            source = random.Random(number)
            for _ in range(turns):
                try:
                    source.choice(actions)()
                except ignored:
                    pass
        together(body, threads)
