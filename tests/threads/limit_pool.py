# A hundred thousand tasks through a thread pool, in bounded memory.
# needs: slow
# timeout: 120
import resource
from concurrent.futures import ThreadPoolExecutor

def task(number):
    return number + 1

with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(task, range(50_000))))               # expect: 1250025000
    futures = [pool.submit(task, number) for number in range(50_000)]
    print(sum(future.result() for future in futures))       # expect: 1250025000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1024 * 1024)    # expect: True
