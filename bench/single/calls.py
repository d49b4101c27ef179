# Calls of Python functions: positional, default, keyword arguments, recursion.
def add(a, b, c=1):
    return a + b + c

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

total = 0
for i in range(400_000):
    total = add(total, i)
    total = add(total, 1, c=2)
assert total == 80001400000, total
assert fib(25) == 75025
