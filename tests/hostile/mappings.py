"""Dicts and their relatives, sets, their views and iterators."""
import collections
import copy
import gc
import types
import weakref

from _hostile import Disturber, Shared, drain, key, look, methods, number, target, value


def pairs(r, size=20):
    return {key(r): value(r) for _ in range(r.randrange(size))}


def mapping_operations(shared):
    iterators = [iter(shared), iter(shared.items()), reversed(shared), iter(shared.values())]

    def assign(r):
        shared[key(r)] = value(r)

    def remove(r):
        del shared[key(r)]

    def renew(r):
        iterators[r.randrange(4)] = r.choice((
            lambda: iter(shared), lambda: iter(shared.items()), lambda: iter(shared.values()),
            lambda: reversed(shared), lambda: reversed(shared.items()), lambda: reversed(shared.values())))()

    def views(r):
        one = r.choice((shared.keys(), shared.items(), shared.values()))
        other = r.choice((shared.keys(), shared.items(), {1, 2}, [1, "k1"], shared))
        r.choice((lambda: one & other, lambda: one | other, lambda: one - other, lambda: one ^ other,
                  lambda: one == other, lambda: one < other, lambda: one.isdisjoint(other), lambda: repr(one),
                  lambda: other - one, lambda: len(one), lambda: value(r) in one, lambda: list(one),
                  lambda: one.mapping[1]))()

    def merge(r):
        both = shared | pairs(r)
        both = pairs(r) | shared
        both = {**shared, **both}
        (lambda **k: k)(**{str(k): v for k, v in drain(shared.items())})

    return [
        methods(lambda: shared), methods(lambda: shared, arguments=key), assign, assign, assign, remove, remove, renew,
        views, views, merge,
        lambda r: next(r.choice(iterators)), lambda r: next(r.choice(iterators)), lambda r: drain(r.choice(iterators)),
        lambda r: r.choice(iterators).__reduce__(), lambda r: r.choice(iterators).__length_hint__(),
        lambda r: shared[key(r)], lambda r: shared.get(key(r)), lambda r: shared.setdefault(key(r), value(r)),
        lambda r: shared.pop(key(r), None), lambda r: shared.popitem(), lambda r: shared.update(pairs(r)),
        lambda r: shared.update(shared), lambda r: shared.update(shared.items()), lambda r: shared.__ior__(pairs(r)),
        lambda r: shared.fromkeys(shared, 1), lambda r: copy.copy(shared), lambda r: key(r) in shared,
        *look(lambda: drain(shared), lambda: drain(shared.items()), lambda: repr(shared), lambda: shared == shared,
              lambda: dict(shared), lambda: list(shared), lambda: len(shared), lambda: sorted(shared, key=id),
              lambda: bool(shared), lambda: shared.copy()),
        *[lambda r: None],
    ] + [lambda r: shared.clear()] * 1


def check_mapping(shared):
    """Everything is found once, under its key."""
    keys = list(shared)
    assert len(keys) == len(shared) == len(list(shared.items())) == len(list(shared.values())), "lengths differ"
    assert keys == [k for k, _ in shared.items()], "keys and items differ"
    same = list(map(id, keys))
    assert len(set(same)) == len(same) or any(isinstance(k, (int, float)) for k in keys)
    for k in keys:
        assert k in shared or k != k, "a key is not found"
    assert sorted(map(id, reversed(shared))) == sorted(same)
    for i, a in enumerate(keys):
        for b in keys[i + 1:]:
            assert hash(a) != hash(b) or a != b, "a key is there twice"
    for k in keys:
        if k == k:
            del shared[k]
    assert len(shared) == sum(1 for k in keys if k != k)
    shared["new"] = 1
    assert shared["new"] == 1


def small(shared):
    return lambda: len(shared) > 300 and shared.clear()


@target
def dict_(r):
    shared = pairs(r)
    proxy = types.MappingProxyType(shared)

    def fill_empty(r):
        for i in range(40):
            shared[i] = i
        for i in range(40):
            del shared[i]

    return Shared(mapping_operations(shared) + [
        fill_empty, methods(lambda: proxy), lambda r: proxy | shared, lambda r: shared.__init__(pairs(r)),
        lambda r: eval("k1", {"__builtins__": {}}, shared), lambda r: exec("k1 = 3; del k2", {}, shared),
        lambda r: exec("k1 = 3; k2; del k2", shared), lambda r: "%(k1)s" % shared, lambda r: "{k1}".format_map(shared),
        lambda r: type("T", (), shared), lambda r: "ab".translate(shared), lambda r: shared.update(a=1, b=2),
    ], lambda: check_mapping(shared), small(shared))


@target
def OrderedDict(r):
    shared = collections.OrderedDict(pairs(r))
    # What goes past its methods it need not notice; it must only survive.
    behind = [lambda r: dict.__setitem__(shared, key(r), 1), lambda r: dict.pop(shared, key(r))] if r.random() < 0.3 else []

    def check():
        assert list(shared) == list(reversed(list(reversed(shared))))
        check_mapping(shared)

    return Shared(mapping_operations(shared) + [
        lambda r: shared.move_to_end(key(r)), lambda r: shared.move_to_end(key(r), last=False),
        lambda r: shared.popitem(last=False), lambda r: shared.popitem(last=Disturber(1)),
        *behind, lambda r: setattr(shared, "attribute", value(r)), lambda r: vars(shared).clear(),
    ], None if behind else check, small(shared))


@target
def defaultdict(r):
    shared = collections.defaultdict(list, pairs(r))
    return Shared(mapping_operations(shared) + [
        lambda r: shared[key(r)].append(1), lambda r: setattr(shared, "default_factory", value(r)),
        lambda r: shared.__missing__(key(r)), lambda r: delattr(shared, "default_factory"),
        lambda r: setattr(shared, "default_factory", lambda: shared.clear() or shared),
    ], lambda: check_mapping(shared), small(shared))


@target
def Counter(r):
    shared = collections.Counter([key(r) for _ in range(10)])
    return Shared(mapping_operations(shared) + [
        lambda r: shared.update([key(r) for _ in range(5)]), lambda r: shared.subtract([key(r)]),
        lambda r: shared.most_common(2), lambda r: drain(shared.elements()), lambda r: shared + shared,
        lambda r: shared & shared, lambda r: +shared, lambda r: shared.total(),
        lambda r: collections.Counter(shared),
    ], lambda: check_mapping(shared), small(shared))


@target
def set_(r):
    shared = {key(r) for _ in range(15)}
    iterators = [iter(shared), iter(shared)]
    frozen = frozenset(shared)

    def others(r):
        return r.choice((shared, frozen, {key(r) for _ in range(8)}, [key(r) for _ in range(8)], pairs(r), value(r)))

    def in_place(r):
        other = others(r)
        r.choice((shared.__ior__, shared.__iand__, shared.__isub__, shared.__ixor__, shared.update,
                  shared.difference_update, shared.intersection_update, shared.symmetric_difference_update))(other)

    def check():
        members = list(shared)
        assert len(members) == len(shared), "len is not what iteration gives"
        for member in members:
            assert member in shared or member != member, "a member is not found"
        for i, a in enumerate(members):
            for b in members[i + 1:]:
                assert hash(a) != hash(b) or a != b, "a member is there twice"
        for member in members:
            shared.discard(member)
        shared.add("new")
        assert "new" in shared

    return Shared([
        methods(lambda: shared), methods(lambda: shared, arguments=others), methods(lambda: frozen, arguments=others),
        in_place, in_place, lambda r: shared.add(key(r)), lambda r: shared.add(key(r)), lambda r: shared.discard(key(r)),
        lambda r: shared.remove(key(r)), lambda r: shared.pop(), lambda r: key(r) in shared, lambda r: set(shared),
        lambda r: next(r.choice(iterators)), lambda r: iterators.__setitem__(0, iter(shared)),
        lambda r: drain(r.choice(iterators)), lambda r: iterators[0].__reduce__(), lambda r: iterators[0].__length_hint__(),
        lambda r: repr(shared), lambda r: frozenset(shared), lambda r: hash(frozenset(shared)),
        lambda r: shared == others(r), lambda r: shared <= others(r), lambda r: shared | others(r),
        lambda r: shared & others(r), lambda r: shared - others(r), lambda r: shared ^ others(r),
        lambda r: others(r) - shared, lambda r: {shared: 1}, lambda r: shared in {frozen},
        lambda r: shared.__init__([key(r) for _ in range(30)]), lambda r: shared.clear(), lambda r: copy.copy(shared),
    ], check, small(shared))


class Target:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 4

    def __eq__(self, other):
        return self is other


@target
def weak_containers(r):
    """Weak references and what is made of them, while their targets die."""
    alive = [Target(i) for i in range(10)]
    values = weakref.WeakValueDictionary()
    keys = weakref.WeakKeyDictionary()
    members = weakref.WeakSet()
    references = []
    calls = []

    def callback(reference):
        calls.append(reference() is None)
        if len(calls) > 50:
            calls.clear()
        if references:
            references.pop()

    def add(r):
        thing = Target(r.randrange(100))
        alive.append(thing)
        values[r.randrange(20)] = thing
        keys[thing] = r.choice((thing, 1))
        members.add(thing)
        references.append(weakref.ref(thing, r.choice((None, callback))))
        references.append(weakref.proxy(thing, callback))
        weakref.finalize(thing, calls.append, True)

    def die(r):
        alive[:] = alive[:r.randrange(10)]
        if r.random() < 0.1:
            gc.collect()

    def check():
        assert all(calls), "a callback saw its target"
        alive.clear()

    return Shared([
        add, add, add, die, die,
        lambda r: r.choice(references)(), lambda r: r.choice(references).number, lambda r: hash(r.choice(references)),
        lambda r: r.choice(references) == r.choice(references), lambda r: weakref.getweakrefs(r.choice(alive)),
        lambda r: weakref.getweakrefcount(r.choice(alive)), lambda r: references.clear(), lambda r: repr(references),
        lambda r: drain(values.items()), lambda r: drain(keys), lambda r: drain(members), lambda r: values.pop(3, None),
        lambda r: keys.popitem(), lambda r: members.pop(), lambda r: len(values), lambda r: members | members,
        lambda r: values.copy(), lambda r: keys.clear(), lambda r: drain(keys.keyrefs()), lambda r: drain(values.valuerefs()),
        lambda r: setattr(r.choice(references), "number", 3), lambda r: r.choice(references).__callback__,
    ], check, lambda: len(references) > 200 and references.clear())
