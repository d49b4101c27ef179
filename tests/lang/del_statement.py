# del: names, attributes, items, slices, nested targets.
a = b = c = 1
del a, (b, [c])
for n in "abc":
    print(n, n in globals())
# expect: a False
# expect: b False
# expect: c False
class O: pass
o = O(); o.x = 1
del o.x
print(hasattr(o, "x"))  # expect: False
l = list(range(6))
del l[0], l[-1], l[1:3]
print(l)  # expect: [1, 4]
d = {1: 2, 3: 4}
del d[1]
print(d)  # expect: {3: 4}
def local():
    x = 1
    del x
    try:
        del x
    except UnboundLocalError as error:
        return str(error)
print(local())  # expect: cannot access local variable 'x' where it is not associated with a value
def cell():
    x = 1
    def f(): return x
    del x
    try:
        del x
    except NameError as error:
        return str(error)
print(cell())  # expect: cannot access local variable 'x' where it is not associated with a value
try:
    del o.y
except AttributeError as error:
    print(error)  # expect: 'O' object has no attribute 'y'
class D:
    def __delitem__(self, k): print("delitem", k)
    def __delattr__(self, n): print("delattr", n)
del D()[1:2, 3], D().z
# expect: delitem (slice(1, 2, None), 3)
# expect: delattr z
