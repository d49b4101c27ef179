s = {1, 2, 3}; t = {3, 4}
print(s | t, s & t, s - t, s ^ t, s <= {1, 2, 3, 4}, s < s, s >= {1}, s.isdisjoint({9}), s == {3, 2, 1}, len(s), 2 in s, sorted(s.union([7], (8,))))
s.add(5); s.discard(99); s.remove(1); s |= {10}; s &= {2, 3, 10, 11}; s -= {10}; s ^= {2, 20}; print(sorted(s))
s.update([1], "a"); print(len(s), sorted(map(str, s))); x = s.pop(); print(len(s), x not in s); s.clear(); print(s, set(), {*()})
f = frozenset([1, 2]); print(f, hash(f) == hash(frozenset([2, 1])), f | {3}, type(f | {3}).__name__, type({3} | f).__name__, {f: 1}[frozenset([2, 1])], frozenset(), f in {f})
for bad in (lambda: {[]}, lambda: set().pop(), lambda: set().remove(1), lambda: {1} | [1], lambda: set(3), lambda: f.add(1), lambda: hash(set()), lambda: {1} < 3, lambda: {1}[0]):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print({1}.issubset([1, 2]), {1, 2}.issuperset([1]), {1, 2}.difference([1], [2]), {1, 2, 3}.intersection([1, 2], [2, 3]), {1}.symmetric_difference([1, 2]), {1, 2} == frozenset([1, 2]), {1} != {1})
a = set(range(1000)); b = set(range(500, 1500)); print(len(a & b), len(a | b), len(a - b), len(a ^ b), sum(a), a.copy() == a)
try:
    for v in a: a.add(v + 10000)
except RuntimeError as e: print(e)
print({1, 1.0, True}, {"a"} == {"a"}, {(1, 2)} , {None}, set("a"), {x for x in "aaa"}, set({"k": 1}), {frozenset()}, repr({0}), {1}.__contains__(1), set in {set})
class S(set): pass
print(S([1]), type(S([1]) | {2}).__name__, S([1]) == {1}, {1} == S([1]))
for i in range(300): a.discard(i)
print(len(a), min(a), set([3, 1]) > set([1]), {2} in {frozenset([2])}, {2} in [{2}])
