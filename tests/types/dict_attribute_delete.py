# The __dict__ of objects of builtin types cannot be deleted; that of other objects can, and begins anew.
import collections
import functools


class Derived(functools.partial):
    pass


class Plain:
    pass


for o in functools.partial(hex), Derived(hex), collections.OrderedDict(), Exception(), lambda: 0, staticmethod(len):
    o.__dict__
    try:
        del o.__dict__
    except TypeError as e:
        print(e)
    else:
        print("deleted", o)
o = Plain()
o.x = 1
del o.__dict__
print(o.__dict__)
# expect: cannot delete __dict__
# expect: cannot delete __dict__
# expect: cannot delete __dict__
# expect: cannot delete __dict__
# expect: cannot delete __dict__
# expect: cannot delete __dict__
# expect: {}
