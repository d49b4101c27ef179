# Processes started in each of the three ways: a pool, a queue, a lock, shared memory, an executor.
# timeout: 60
# needs: slow
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory

def square(x):
    return x * x

def fail(x):
    raise ValueError(x)

def count(name, lock, times):
    memory = shared_memory.SharedMemory(name)
    for _ in range(times):
        with lock:
            memory.buf[0] += 1
    memory.close()

def main():
    for method in ("fork", "spawn", "forkserver"):
        context = mp.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(square, range(5)))
            try:
                pool.apply(fail, (7,))
            except ValueError as e:
                print(repr(e))
        lock, memory = context.Lock(), shared_memory.SharedMemory(create=True, size=16)
        processes = [context.Process(target=count, args=(memory.name, lock, 100)) for _ in range(2)]
        for p in processes:
            p.start()
        for p in processes:
            p.join()
        print(memory.buf[0], [p.exitcode for p in processes])
        memory.close()
        memory.unlink()
    with ProcessPoolExecutor(2) as executor:
        print(sum(executor.map(square, range(10))))

if __name__ == "__main__":
    main()
# expect: fork [0, 1, 4, 9, 16]
# expect: ValueError(7)
# expect: 200 [0, 0]
# expect: spawn [0, 1, 4, 9, 16]
# expect: ValueError(7)
# expect: 200 [0, 0]
# expect: forkserver [0, 1, 4, 9, 16]
# expect: ValueError(7)
# expect: 200 [0, 0]
# expect: 285
