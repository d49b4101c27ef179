l = list(range(10)); s = "0123456789"
for a in (None, 0, 3, -3, 20, -20):
    for b in (None, 5, -1, 20):
        for c in (None, 1, 2, -1, -3):
            assert list(s[a:b:c]) == [str(v) for v in l[a:b:c]] == list(map(str, tuple(l)[a:b:c])) == [str(v) for v in range(10)[a:b:c]]
            print(s[a:b:c], end=" ")
print()
print(slice(1, 2), slice(5).indices(3), slice(None, None, -1).indices(5), slice(1, 2, 3) == slice(1, 2, 3), slice(1).stop)
try: l[::0]
except ValueError as e: print(e)
try: l["a":]
except TypeError as e: print(e)
class G:
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
g = G(); print(g[1], g[1:2], g[::2], g[1, 2], g[1:2, ..., None], g[()], g["a":"b"], g[*[1, 2], 3])
g[1:2] = 3; del g[::-1]; g[0] += [1] if False else (g[0],) and 1
l[2:5] = "xy"; print(l); del l[::3]; print(l); l[len(l):] = [1]; l[:0] = [0]; print(l); l[5:2] = ["m"]; print(l)
try: l[::2] = [1]
except ValueError as e: print(e)
r = range(0, 20, 3); print(r, list(r), r[2], r[-1], r[1:4], len(r), 9 in r, 10 in r, r.index(9), r == range(0, 21, 3), hash(r) == hash(range(0, 21, 3)), list(reversed(r)), range(5, 0, -2)[::-1], range(0), bool(range(0)), r.count(3))
for bad in (lambda: range(1, 2, 0), lambda: r[100], lambda: range(1.5), lambda: r.index(1), lambda: range()):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(len(range(-10 ** 20, 10 ** 20, 10 ** 19)), range(10 ** 20)[10 ** 19], 10 ** 19 in range(0, 10 ** 20, 10 ** 19))
class Idx:
    def __index__(self): return 2
print("abc"[Idx()], list(range(Idx())), [1, 2, 3][:Idx()], hex(Idx()), "a" * Idx(), bytes(Idx()))
