# Threads that import one module at once get the whole of it.
import threading, sys
got = []
barrier = threading.Barrier(4)
def work():
    barrier.wait()
    import fractions, statistics, argparse
    got.append((fractions.Fraction(1, 2), statistics.mean([1]), argparse.ArgumentParser))
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(len(got), len({g[2] for g in got}))  # expect: 4 1
