# Exceptions: raised and caught near and far, finally, try without raising.
class Problem(Exception):
    pass

def fail(n):
    if n == 0:
        raise Problem("deep")
    fail(n - 1)

caught = finished = 0
for i in range(100_000):
    try:
        if i & 1:
            raise ValueError(i)
    except ValueError as error:
        caught += error.args[0] & 1
    finally:
        finished += 1
for i in range(20_000):
    try:
        fail(5)
    except Problem:
        caught += 1
for i in range(500_000):
    try:
        finished += 1
    except KeyError:
        pass
missing = 0
for i in range(50_000):
    try:
        {}[i]
    except KeyError:
        missing += 1
assert (caught, finished, missing) == (70_000, 600_000, 50_000)
