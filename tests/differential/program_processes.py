# Work in processes: a pool, an executor, queues, a manager, pipes of commands.
import concurrent.futures
import multiprocessing
import os
import queue
import subprocess
import sys


def count_primes(limits):
    low, high = limits
    return sum(all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in range(max(low, 2), high))


def worker(jobs, results):
    while (job := jobs.get()) is not None:
        results.put((job, job ** 3))


def child(connection):
    while (message := connection.recv()) != "end":
        connection.send(message.upper() if isinstance(message, str) else message * 2)
    connection.close()


def share(space, lock, total):
    for _ in range(5):
        with lock:
            space[total] = space.get(total, 0) + 1


def boom(n):
    raise LookupError(f"no {n}")


def main():
    ranges = [(i, i + 500) for i in range(0, 3000, 500)]
    with multiprocessing.Pool(3) as pool:
        print(pool.map(count_primes, ranges), sum(pool.imap_unordered(count_primes, ranges)))
        print(pool.starmap(divmod, [(7, 2), (9, 4)]))
        try:
            pool.apply(boom, (1,))
        except LookupError as error:
            print(type(error).__name__, error)
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        futures = {executor.submit(count_primes, r): r for r in ranges[:3]}
        print(sorted((futures[f], f.result()) for f in concurrent.futures.as_completed(futures)))
        print(repr(executor.submit(boom, 3).exception()))
    jobs, results = multiprocessing.Queue(), multiprocessing.Queue()
    processes = [multiprocessing.Process(target=worker, args=(jobs, results), name=f"w{i}") for i in range(2)]
    for p in processes:
        p.start()
    for n in range(10):
        jobs.put(n)
    for p in processes:
        jobs.put(None)
    print(sorted(results.get(timeout=20) for _ in range(10)))
    for p in processes:
        p.join()
    print([(p.name, p.exitcode, p.is_alive()) for p in processes])
    here, there = multiprocessing.Pipe()
    p = multiprocessing.Process(target=child, args=(there,))
    p.start()
    for message in ("text", [1, 2], 21, "end"):
        here.send(message)
    print([here.recv() for _ in range(3)])
    p.join()
    with multiprocessing.Manager() as manager:
        space, lock = manager.dict(), manager.Lock()
        processes = [multiprocessing.Process(target=share, args=(space, lock, "x")) for _ in range(3)]
        for p in processes:
            p.start()
        for p in processes:
            p.join()
        print(dict(space))
    p = multiprocessing.Process(target=os._exit, args=(7,))
    p.start()
    p.join()
    print(p.exitcode)
    try:
        multiprocessing.Queue().get(timeout=0.01)
    except queue.Empty:
        print("empty")


def commands():
    first = subprocess.Popen(["printf", r"pear\napple\nfig\napple\n"], stdout=subprocess.PIPE)
    second = subprocess.Popen(["sort"], stdin=first.stdout, stdout=subprocess.PIPE)
    third = subprocess.Popen(["uniq", "-c"], stdin=second.stdout, stdout=subprocess.PIPE, text=True)
    first.stdout.close()
    second.stdout.close()
    print([line.split() for line in third.communicate()[0].splitlines()])
    done = subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read()[::-1]); sys.exit(3)"],
                          input="abc", capture_output=True, text=True)
    print(done.returncode, done.stdout.strip(), first.wait(), second.wait())
    try:
        subprocess.run(["sleep", "20"], timeout=0.1)
    except subprocess.TimeoutExpired as error:
        print(error.cmd)
    try:
        subprocess.check_output("echo out; echo err >&2; exit 2", shell=True, stderr=subprocess.STDOUT)
    except subprocess.CalledProcessError as error:
        print(error, error.output)


if __name__ == "__main__":
    main()
    commands()
