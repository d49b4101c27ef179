# Threads that share a cached function get right results, and every call is counted.
import functools
from _hammer import together

@functools.lru_cache(maxsize=16)
def double(number):
    return number * 2

def body(number):
    for i in range(3000):
        argument = (i * 7 + number) % 40
        assert double(argument) == argument * 2

together(body)
info = double.cache_info()
print(info.hits + info.misses, info.currsize)   # expect: 12000 16
