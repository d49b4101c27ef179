# docs/memory-model.md, dictionaries: each operation against itself and against the others.
from _contract import COUNT, THREADS, TOKENS, Ledger, each, flat, meanwhile, row, same

KINDS = (int, str, lambda token: (token,))      # keys whose comparison runs no Python code

@row("D[k] = v")
def _():
    for kind in KINDS:
        D = {}
        each(lambda token: D.__setitem__(kind(token), token))
        if not same(D.values()) or set(D) != set(map(kind, TOKENS)):
            return False
    return True
# expect: D[k] = v: atomic

@row("D[k]")
def _():
    D = {number: number for number in range(8)}
    return meanwhile(lambda turn: D[turn % 8] == turn % 8 and D.get(turn % 8) == turn % 8 and turn % 8 in D,
                     lambda: [D.__setitem__(("more", number), 0) for number in range(100)],
                     lambda: [D.pop(("more", number), 0) for number in range(100)])
# expect: D[k]: atomic

@row("del D[k]")
def _():
    for kind in KINDS:
        D = {kind(token): token for token in TOKENS}
        each(lambda token: D.__delitem__(kind(token)))
        if D:
            return False
    return True
# expect: del D[k]: atomic

@row("D.pop(k)")
def _():
    D = dict.fromkeys(range(COUNT), "here")
    got = flat(each(lambda token: D.pop(token % COUNT, None)))     # each key is wanted by all threads
    return got.count("here") == COUNT and not D
# expect: D.pop(k): atomic

@row("D.popitem()")
def _():
    D = {token: token for token in TOKENS}
    got = flat(each(lambda token: D.popitem()))
    return same(key for key, value in got) and all(key == value for key, value in got) and not D
# expect: D.popitem(): atomic

@row("D.setdefault(k, v)")
def _():
    for kind in KINDS:
        D = {}
        got = flat(each(lambda token: (kind(token % COUNT), D.setdefault(kind(token % COUNT), [token]))))
        if len(D) != COUNT or any(D[key] is not value for key, value in got):
            return False
    return True
# expect: D.setdefault(k, v): atomic

def pairs_change(change):
    """Two keys that are changed together are never seen apart."""
    D = {"a": 0, "b": 0, "c": 0}
    serial = iter(range(1 << 40))
    def together():
        number = next(serial)
        change(D, {"a": number, "b": number, "x": number, "y": number})
    def apart(turn):
        seen = dict(D)
        return seen["a"] == seen["b"] and seen.get("x") == seen.get("y")
    return meanwhile(apart, together)

@row("D.update(D2)")
def _():
    return pairs_change(dict.update)
# expect: D.update(D2): atomic

@row("D |= D2")
def _():
    return pairs_change(dict.__ior__)
# expect: D |= D2: atomic

@row("D.clear()")
def _():
    D = {}
    full = dict.fromkeys(range(20))
    return meanwhile(lambda turn: len(list(D)) in (0, 20), D.clear, lambda: D.update(full))
# expect: D.clear(): atomic

def snapshots(take):
    """Copies while two keys come and go together: take() gives something with a length."""
    D = dict.fromkeys(range(20))
    more = {"a": 1, "b": 2}
    return meanwhile(lambda turn: len(take(D)) >= 20, lambda: D.update(more),
                     lambda: (D.pop("a", None), D.pop("b", None)))

def ordered(take):
    """Copies have keys and values of one moment, in the order of their insertion."""
    D = {}
    serial = iter(range(1 << 40))
    def move():
        number = next(serial)
        D[number] = -number
        D.pop(number - 5, None)
    def look(turn):
        keys = [item[0] if isinstance(item, tuple) else abs(item) for item in take(D)]
        return keys == sorted(keys)
    return meanwhile(look, move)

@row("list(D)")
def _():
    return snapshots(list) and ordered(list) and snapshots(lambda D: [*D]) and snapshots(lambda D: list(D.keys()))
# expect: list(D): atomic

@row("list(D.values())")
def _():
    return snapshots(lambda D: list(D.values())) and ordered(lambda D: list(D.values()))
# expect: list(D.values()): atomic

@row("list(D.items())")
def _():
    return snapshots(lambda D: list(D.items())) and ordered(lambda D: list(D.items())) and \
        ordered(lambda D: tuple(D.items()))
# expect: list(D.items()): atomic

@row("D.copy()")
def _():
    return snapshots(dict.copy) and ordered(lambda D: D.copy().items())
# expect: D.copy(): atomic

@row("dict(D)")
def _():
    return snapshots(dict) and ordered(lambda D: dict(D).items()) and snapshots(lambda D: {**D}) and \
        snapshots(lambda D: D | {})
# expect: dict(D): atomic

@row("tuple(D)")
def _():
    return snapshots(tuple) and ordered(tuple)
# expect: tuple(D): atomic

@row("set(D)")
def _():
    return snapshots(set) and snapshots(frozenset)
# expect: set(D): atomic

@row("sorted(D)")
def _():
    D = dict.fromkeys(range(20))
    return meanwhile(lambda turn: len(sorted(D)) in (20, 21), lambda: D.update({99: 1}), lambda: D.pop(99, None))
# expect: sorted(D): atomic

@row("len(D)")
def _():
    D = {}
    more = dict.fromkeys(range(300))
    return meanwhile(lambda turn: len(D) in (0, 300), lambda: (D.update(more), D.clear()))
# expect: len(D): atomic

@row("reversed(D)")
def _():
    D = dict.fromkeys(range(20))
    def backwards(turn):
        try:
            return len(list(reversed(D))) >= 20
        except RuntimeError:
            return True     # changed size during iteration, as with one thread
    return meanwhile(backwards, lambda: D.update(a=1), lambda: D.pop("a", None))
# expect: reversed(D): atomic

# All of them together.
D, ledger = {}, Ledger()

def put():
    number, = ledger.new()
    D[number] = number

def default():
    number, = ledger.new()
    assert D.setdefault(number, number) == number

def delete(take):
    key = take()
    value = D.pop(key, None)
    if value is not None:
        assert value == key
        ledger.gone([key])

ledger.mix([put, put, default, lambda: D.update(zip(*[ledger.new(3)] * 2)), lambda: D.update({n: n for n in ledger.new(3)}),
            lambda: ledger.gone([D.popitem()[0]]), lambda: delete(lambda: next(iter(D))),
            lambda: delete(lambda: list(D)[len(D) // 2]), lambda: D.copy(), lambda: list(D.items())],
           ignored=(KeyError, IndexError, StopIteration, RuntimeError))
print("all", ledger.balanced(D), len(D) == len(list(D)))    # expect: all True True
