# with: order, suppression, targets, leaving by every way.
class Manager:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress
    def __enter__(self):
        print("enter", self.name)
        return self.name
    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__)
        return self.suppress
with Manager("a") as a, Manager("b") as b:
    print(a, b)
# expect: enter a
# expect: enter b
# expect: a b
# expect: exit b None
# expect: exit a None
with Manager("s", True):
    raise ValueError
# expect: enter s
# expect: exit s ValueError
try:
    with Manager("outer"), Manager("inner"):
        raise KeyError("k")
except KeyError as error:
    print(repr(error))
# expect: enter outer
# expect: enter inner
# expect: exit inner KeyError
# expect: exit outer KeyError
# expect: KeyError('k')
def returns():
    with Manager("r"):
        return "returned"
print(returns())
# expect: enter r
# expect: exit r None
# expect: returned
for i in range(3):
    with Manager(i):
        if i == 0:
            continue
        break
# expect: enter 0
# expect: exit 0 None
# expect: enter 1
# expect: exit 1 None
class Pair(Manager):
    def __enter__(self):
        return 1, (2, 3)
with Pair("p") as (x, (y, z)):
    print(x, y, z)
# expect: 1 2 3
# expect: exit p None
d = {}
with Manager("item") as d["key"]:
    print(d)
# expect: enter item
# expect: {'key': 'item'}
# expect: exit item None
with (
    Manager("x") as x,
    Manager("y") as y,
):
    print(x, y)
# expect: enter x
# expect: enter y
# expect: x y
# expect: exit y None
# expect: exit x None
try:
    with 5:
        pass
except TypeError as error:
    print(error)  # expect: 'int' object does not support the context manager protocol
class Failing(Manager):
    def __exit__(self, *args):
        raise RuntimeError("in exit")
try:
    with Failing("f"):
        raise ValueError("in body")
except RuntimeError as error:
    print(error, repr(error.__context__))
# expect: enter f
# expect: in exit ValueError('in body')
