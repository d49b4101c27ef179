# The __dict__ of an instance is a dict in every operation, and shows the attributes.
class C:
    pass

def fresh():
    c = C()
    c.a, c.b, c.c = 1, 2, 3
    return c

c = fresh(); d = c.__dict__
print(d, len(d), list(d), list(d.items()), list(d.values()), "a" in d, "z" in d, d["a"], d.get("z"), d.get("b", 0))
d["x"] = 9; c.y = 10; print(c.x, d["y"], d)
del d["a"]; print(hasattr(c, "a"), d); del c.b; print(d)
print(d.pop("x"), d.pop("none", 5), hasattr(c, "x"), d)
c = fresh(); d = vars(c); print(d.setdefault("a", 5), d.setdefault("n", 6), c.n)
c = fresh(); d = vars(c); d.update(a=7, q=8); d.update({"r": 1}); d |= {"s": 2}; print(c.a, c.q, c.r, c.s, d)
c = fresh(); d = vars(c); print(d.popitem(), d, hasattr(c, "c"))
c = fresh(); d = vars(c); d.clear(); print(d, len(d), hasattr(c, "a")); c.a = 1; print(d)
c = fresh(); d = vars(c); d[1] = 2; d[(1, 2)] = 3; c.late = 4; print(d, c.late, c.a)
c = fresh(); print(vars(c) == {"a": 1, "b": 2, "c": 3}, vars(c) | {"z": 1}, vars(c).copy(), dict(vars(c)), {**vars(c)})
c = fresh(); print(list(reversed(vars(c))), vars(c).keys() & {"a", "z"}, repr(vars(c).items()))
c = fresh(); c.__dict__ = {"new": 1}; print(c.new, hasattr(c, "a"), vars(c)); c.more = 2; print(vars(c))
c = fresh(); d = vars(c); c.__dict__ = {}; c.a = 5; print(d["a"], c.a)
c = fresh(); old = c.__dict__; del c.__dict__; print(hasattr(c, "a"), c.__dict__, old)
try:
    for name in vars(c := fresh()):
        setattr(c, name + "2", 1)
except RuntimeError as error:
    print(error)
try:
    vars(fresh())["zz"]
except KeyError as error:
    print(repr(error))
try:
    del vars(fresh())["zz"]
except KeyError as error:
    print(repr(error))
c = C()
for number in range(300):
    setattr(c, f"attribute{number}", number)
print(len(vars(c)), c.attribute250, sum(vars(c).values()), list(vars(c))[-1])
class S(str):
    pass
c = fresh(); vars(c)[S("sub")] = 1; print(c.sub, vars(c), S("a") in vars(c), vars(c)[S("a")])
import copy, pickle
c = fresh(); print(vars(copy.copy(c)), vars(copy.deepcopy(c)))
