# `for a, b in zip(...)` is what it is with a tuple in between.
for a, b in zip([1, 2, 3], "xy"):
    print(a, b)
# expect: 1 x
# expect: 2 y

taken = []
def noting(values):
    for value in values:
        taken.append(value)
        yield value
for a, b in zip(noting([1, 2, 3]), noting("x")):
    pass
print(taken)    # expect: [1, 'x', 2]

try:
    for a, b in zip([1, 2], [3], strict=True):
        print(a, b)    # expect: 1 3
except ValueError as error:
    print(error)    # expect: zip() argument 2 is shorter than argument 1
try:
    for a, b in zip([1], [2], [3]):
        pass
except ValueError as error:
    print(error)    # expect: too many values to unpack (expected 2)
try:
    for a, b in zip([1]):
        pass
except ValueError as error:
    print(error)    # expect: not enough values to unpack (expected 2, got 1)
print([x * y for x, y in zip((1, 2), range(5, 9))])    # expect: [5, 12]

class Pairs(zip):
    def __next__(self):
        return ("p", super().__next__())
for a, b in Pairs([1], [2]):
    print(a, b)    # expect: p (1, 2)
