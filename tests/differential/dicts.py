d = {"a": 1, "b": 2, 3: "c", (1, 2): None, None: 0, 1.5: "f"}
print(d, len(d), d["a"], d.get("zz"), d.get("zz", 5), "b" in d, list(d), list(d.values()), list(d.items())[:2])
d["new"] = 9; d["a"] = 10; del d["b"]; print(d, d.pop("new"), d.pop("none", "dflt"), d.popitem(), d.setdefault("s", []), d.setdefault("a", 7))
d.update({"x": 1}, y=2); d.update([("z", 3)]); d |= {"w": 4}; print(d, d | {"a": 0}, {"q": 1} | {"r": 2})
print(1 in {1.0: "x"}, {True: "t", 1: "one", 1.0: "f"}, {**{"a": 1}, "a": 2}, dict.fromkeys("abc", 0), dict([(1, 2)], k=3), dict(zip("ab", [1, 2])))
for bad in (lambda: {}["x"], lambda: {}.pop("x"), lambda: {}.popitem(), lambda: {[]: 1}, lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: {} | [], lambda: {} < {}, lambda: dict(1), lambda: {}.update(3), lambda: hash({}), lambda: {1: 2}[[]]):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
try:
    m = {i: i for i in range(5)}
    for k in m: m[k + 100] = 1
except RuntimeError as e: print(e)
try:
    m = {1: 1}
    for k in m: del m[k]; m[2] = 2; m[3] = 3
except RuntimeError as e: print(e)
k = {"a": 1, "b": 2}.keys(); i = {"a": 1, "b": 2}.items(); v = {"a": 1}.values()
print(k & {"a"}, sorted(k | {"c"}), k - {"a"}, sorted(k ^ {"b", "z"}), k == {"a", "b"}, ("a", 1) in i, i & {("a", 1)}, k, i, v, len(v), list(reversed(k)), k.isdisjoint("xyz"), k <= {"a", "b", "c"})
view = {"x": 1}; keys = view.keys(); view["y"] = 2; print(list(keys), keys.mapping["y"])
class H:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, H) and self.v == o.v
    def __repr__(self): return f"H{self.v}"
h = {H(i): i for i in range(10)}; print(h[H(7)], H(11) in h, len(h)); del h[H(3)]; print(list(h))
class M(dict):
    def __missing__(self, key): return f"missing {key}"
print(M(a=1)["a"], M()["zz"], M().get("zz"))
r = {}; r["self"] = r; print(r)
print({"a": 1} == {"a": 1.0}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {} == [], {1: [1]} != {1: [2]})
big = {}
for n in range(2000): big[f"k{n}"] = n
for n in range(0, 2000, 3): del big[f"k{n}"]
print(len(big), sum(big.values()), list(big)[:3], list(big)[-1], "k1" in big, "k3" in big)
c = big.copy(); c.clear(); print(len(c), len(big), {}.items(), dict(a=1).__repr__(), list(reversed({"p": 1, "q": 2})))
from collections import OrderedDict, defaultdict, Counter, ChainMap, deque, namedtuple
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); print(o, o.popitem(last=False), list(o), OrderedDict(a=1) == {"a": 1})
dd = defaultdict(list); dd["x"].append(1); print(dd, dd.get("none"), dict(dd))
ct = Counter("mississippi"); print(ct.most_common(2), ct["z"], ct + Counter("ssi"), sorted(ct.elements())[:3], ct - Counter("i"), Counter(a=1) & Counter(a=2, b=1), ct.total())
cm = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(cm["a"], cm["b"], sorted(cm), cm.new_child({"c": 1})["c"])
q = deque([1, 2, 3], maxlen=3); q.append(4); q.appendleft(0); q.rotate(1); print(q, q[0], list(reversed(q)), q.pop(), q.popleft(), deque("abc").index("b"))
P = namedtuple("P", "x y", defaults=[5]); p = P(1); print(p, p.x, p._replace(x=3), p._asdict(), P._fields, P(*[7, 8]), p == (1, 5), tuple(p))
import types; mp = types.MappingProxyType({"a": 1}); print(mp["a"], mp)
try: mp["b"] = 1
except TypeError as e: print(e)
