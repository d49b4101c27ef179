# The messages of the containers' errors.
import collections
import functools
import heapq
import itertools
import types
import weakref

def show(*actions):
    for action in actions:
        try:
            print(repr(action()))
        except Exception as error:
            print(type(error).__name__, error)

L = [1, 2, 3]
show(lambda: L[9], lambda: L["a"], lambda: L.__setitem__(9, 1), lambda: L.__delitem__(9),
     lambda: [].pop(), lambda: L.pop(7), lambda: L.remove(8), lambda: L.index(8), lambda: L + (1,),
     lambda: L.__setitem__(slice(0, 3, 2), [1]), lambda: L.__setitem__(slice(0, 1), 5),
     lambda: L.__setitem__(slice(0, 3, 2), 5), lambda: list(1), lambda: list(1, 2), lambda: list(x=1),
     lambda: hash(L), lambda: L < 1, lambda: L.insert(),
     lambda: L.sort(1), lambda: L.sort(key=1), lambda: [1, "a"].sort(), lambda: L.index(1, "a"),
     lambda: L.extend(1), lambda: L * "a", lambda: L.__imul__("a"), lambda: L.sort(reverse="x"))
T = (1, 2)
show(lambda: T[5], lambda: T["a"], lambda: T + [1], lambda: T.index(7), lambda: tuple(1, 2),
     lambda: tuple(3), lambda: T.__setitem__(0, 1), lambda: T < [1], lambda: hash(([],)),
     lambda: tuple(x=1))
D = {1: 2}
show(lambda: D[5], lambda: D[[]], lambda: D.pop(5), lambda: D.pop([]), lambda: {}.popitem(),
     lambda: dict(1), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: dict(1, 2), lambda: D | [],
     lambda: D.update(1), lambda: D.fromkeys(1), lambda: D < {}, lambda: hash(D), lambda: D.get(),
     lambda: D.setdefault(), lambda: {}.keys() | 1, lambda: D.keys() & 1, lambda: D.keys() < [1],
     lambda: D.update([1, 2]), lambda: D.update({}, {}), lambda: D.__ior__(1), lambda: D.__delitem__(9),
     lambda: {1: 1}.items() & [(1, 1)], lambda: dict.fromkeys([[]]))
S = {1, 2}
show(lambda: {[]}, lambda: S.remove(9), lambda: set().pop(), lambda: S | [1], lambda: S < [1],
     lambda: set(1), lambda: set(1, 2), lambda: S.add([]), lambda: [] in S, lambda: {1} in S,
     lambda: S.union(1), lambda: hash(S), lambda: S.issubset(1), lambda: S.discard({1}),
     lambda: S.remove({7}), lambda: frozenset(1), lambda: frozenset([1]) | S, lambda: S.isdisjoint(1),
     lambda: S - [1], lambda: S.__isub__([1]), lambda: set(x=1))
Q = collections.deque([1, 2], 2)
show(lambda: Q[7], lambda: Q["a"], lambda: Q.remove(7), lambda: Q.index(7), lambda: Q.insert(0, 1),
     lambda: collections.deque().pop(), lambda: collections.deque().popleft(), lambda: Q + [1],
     lambda: collections.deque([], -1), lambda: collections.deque([], "a"), lambda: collections.deque(1),
     lambda: hash(Q), lambda: Q.rotate("a"), lambda: Q < [1], lambda: Q * 2, lambda: Q.maxlen)
O = collections.OrderedDict(a=1)
show(lambda: O.popitem(last=False), lambda: O.popitem(), lambda: O.move_to_end("x"), lambda: O.pop("x"),
     lambda: O["x"], lambda: collections.OrderedDict(1), lambda: collections.OrderedDict([1]),
     lambda: collections.OrderedDict({}, {}), lambda: collections.OrderedDict([(1, 2, 3)]))
show(lambda: collections.defaultdict(1), lambda: collections.defaultdict()["x"],
     lambda: collections.defaultdict(list, {1: 2}), lambda: collections.Counter("aab") - collections.Counter("a"))
show(lambda: itertools.combinations("ab", -1), lambda: itertools.permutations("ab", -1),
     lambda: itertools.permutations("ab", "x"), lambda: itertools.product("ab", repeat=-1),
     lambda: itertools.islice([], -1), lambda: itertools.islice([], 0, -1), lambda: itertools.islice([], 0, 1, 0),
     lambda: itertools.islice([]), lambda: itertools.count("a"), lambda: itertools.repeat(),
     lambda: itertools.chain(1).__next__(), lambda: itertools.tee([], -1), lambda: itertools.cycle(1),
     lambda: itertools.groupby(1), lambda: itertools.zip_longest("a", x=1), lambda: itertools.accumulate(),
     lambda: itertools.compress("ab"), lambda: itertools.starmap(pow, [1]).__next__(),
     lambda: itertools.count(1, 2), lambda: itertools.repeat("x", 3), lambda: itertools.pairwise(1))
show(lambda: zip(1), lambda: list(zip("ab", "c", strict=True)), lambda: list(zip("a", "cd", strict=True)),
     lambda: list(zip("ab", "cd", "e", strict=True)), lambda: zip(x=1), lambda: map(1), lambda: map(),
     lambda: filter(1), lambda: filter(None, 1), lambda: enumerate(), lambda: enumerate(1),
     lambda: enumerate([], "a"), lambda: reversed(1), lambda: reversed({1}), lambda: next(iter([])),
     lambda: iter(1), lambda: iter(1, 2), lambda: next(1))
show(lambda: functools.reduce(1, []), lambda: functools.reduce(max, 1), lambda: functools.partial(),
     lambda: functools.partial(1), lambda: functools.partial(print, 1, sep="x").keywords,
     lambda: functools.cmp_to_key(1)(2) < functools.cmp_to_key(1)(3), lambda: functools.cmp_to_key())
show(lambda: heapq.heappush(1, 2), lambda: heapq.heappop([]), lambda: heapq.heapreplace([], 1),
     lambda: heapq.heappushpop([], 1), lambda: heapq.heapify((1,)))
show(lambda: weakref.ref(1), lambda: weakref.ref([]), lambda: weakref.ref(), lambda: weakref.ref(S, None, 1),
     lambda: weakref.proxy(1), lambda: weakref.ref(S)(1), lambda: weakref.getweakrefcount(1))
show(lambda: list[int], lambda: dict[str, list[int]], lambda: tuple[()], lambda: tuple[int, ...],
     lambda: list[int][str], lambda: isinstance(1, list[int]), lambda: int | str, lambda: int | None,
     lambda: int | 1, lambda: (int | str)[int], lambda: isinstance("", int | str), lambda: int | str == str | int,
     lambda: types.GenericAlias(list), lambda: list[int](), lambda: (list[int] | None).__args__,
     lambda: issubclass(1, int | str), lambda: type(iter(list[int])))
