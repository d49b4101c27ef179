# Several threads that do random things to one object, for a while.
import random
import sys
import threading
import time

def hammer(action, ignored, threads=4, seconds=0.4):
    """Calls action(random) in several threads; reports exceptions that are not among `ignored`."""
    stop = threading.Event()
    failures = []

    def body(seed):
        source = random.Random(seed)
        while not stop.is_set():
            try:
                action(source)
            except ignored:
                pass
            except BaseException as error:
                failures.append(error)
                stop.set()

    crowd = [threading.Thread(target=body, args=(seed,)) for seed in range(threads)]
    for thread in crowd:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in crowd:
        thread.join()
    for failure in failures:
        print("failed:", type(failure).__name__, failure)

def together(body, threads=4):
    """Runs body(number) in several threads and returns the results."""
    results = [None] * threads
    start = threading.Barrier(threads)

    def run(number):
        start.wait()
        results[number] = body(number)

    crowd = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return results
