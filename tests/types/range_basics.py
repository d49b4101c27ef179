# range: length, items, slices, membership, equality, hash.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(range(5), range(1, 10, 3), range(5, 0, -2), list(range(5, 0, -2)), len(range(0, 10, 3)), bool(range(0)))
# expect: range(0, 5) range(1, 10, 3) range(5, 0, -2) [5, 3, 1] 4 False
r = range(10, 100, 7)
print(r[0], r[-1], r[3], r[2:5], r[::-1], r[-3:], r[::3], r[50:], r.start, r.stop, r.step)
# expect: 10 94 31 range(24, 45, 7) range(94, 3, -7) range(80, 101, 7) range(10, 101, 21) range(101, 101, 7) 10 100 7
print(24 in r, 25 in r, 24.0 in r, "a" in r, True in range(3), r.index(24), r.count(24), r.count(5), list(reversed(r))[:3])
# expect: True False True False True 2 1 0 [94, 87, 80]
print(range(0) == range(2, 2), range(0, 3, 2) == range(0, 4, 2), range(3) == [0, 1, 2], range(1, 2, 9) == range(1, 3, 5))
# expect: True True False True
print(hash(range(0)) == hash(range(5, 1)), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), len({range(3), range(0, 3)}))
# expect: True True 1
print(error(range, 1, 2, 0))  # expect: ValueError: range() arg 3 must not be zero
print(error(range, 1.5))  # expect: TypeError: 'float' object cannot be interpreted as an integer
print(error(range))  # expect: TypeError: range expected at least 1 argument, got 0
print(error(range, 1, 2, 3, 4))  # expect: TypeError: range expected at most 3 arguments, got 4
print(error(r.__getitem__, 50))  # expect: IndexError: range object index out of range
print(error(r.__getitem__, "a"))
# expect: TypeError: range indices must be integers or slices, not str
print(error(r.index, 25))  # expect: ValueError: 25 is not in range
print(error(r.index, "a"))  # expect: ValueError: sequence.index(x): x not in sequence
print(error(setattr, r, "start", 5))  # expect: AttributeError: readonly attribute
try:
    r[0] = 1
except TypeError as e:
    print(e)  # expect: 'range' object does not support item assignment
class Index:
    def __index__(self):
        return 3
print(list(range(Index())), range(10)[Index()])  # expect: [0, 1, 2] 3
