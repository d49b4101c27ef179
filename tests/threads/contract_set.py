# docs/memory-model.md, sets: each operation against itself and against the others.
from _contract import COUNT, THREADS, TOKENS, Ledger, each, flat, meanwhile, row, same

@row("S.add(x)")
def _():
    for kind in (int, str, lambda token: (token,)):
        S = set()
        each(lambda token: S.add(kind(token)))
        if S != set(map(kind, TOKENS)) or len(S) != len(TOKENS):
            return False
    return True
# expect: S.add(x): atomic

@row("S.remove(x)")
def _():
    S = set(range(COUNT))
    def remove(token):
        try:
            S.remove(token % COUNT)
            return token % COUNT
        except KeyError:
            return None
    got = [item for item in flat(each(remove)) if item is not None]
    return same(got, range(COUNT)) and not S
# expect: S.remove(x): atomic

@row("S.discard(x)")
def _():
    S = set(TOKENS)
    each(S.discard)
    return not S
# expect: S.discard(x): atomic

@row("S.pop()")
def _():
    S = set(TOKENS)
    return same(flat(each(lambda token: S.pop()))) and not S
# expect: S.pop(): atomic

@row("S.update(S2)")
def _():
    S = set()
    each(lambda token: S.update({token, -1 - token}))
    return S == set(TOKENS) | {-1 - token for token in TOKENS}
# expect: S.update(S2): atomic

@row("S |= S2")
def _():
    S = set()
    each(lambda token: S.__ior__({token, -1 - token}))
    return S == set(TOKENS) | {-1 - token for token in TOKENS}
# expect: S |= S2: atomic

@row("S -= S2")
def _():
    S = set(TOKENS) | {"left"}
    each(lambda token: S.__isub__({token}))
    return S == {"left"}
# expect: S -= S2: atomic

@row("S ^= S2")
def _():
    S = set(TOKENS[::2])
    each(lambda token: S.__ixor__({token}))
    return S == set(TOKENS[1::2])
# expect: S ^= S2: atomic

@row("S &= S2")
def _():
    S = set(range(100))
    return meanwhile(lambda turn: S.intersection_update(range(50, 200)) is None and len(S) >= 50, lambda: S.update(range(60))) and \
        set(range(50, 100)) <= S
# expect: S &= S2: atomic

@row("x in S")
def _():
    S = set(range(8))
    return meanwhile(lambda turn: turn % 8 in S, lambda: S.update(range(100, 200)),
                     lambda: S.difference_update(range(100, 200)))
# expect: x in S: atomic

def snapshots(take):
    S = set(range(20))
    return meanwhile(lambda turn: len(take(S)) in (20, 21), lambda: S.add(99), lambda: S.discard(99))

@row("S.copy()")
def _():
    return snapshots(set.copy) and snapshots(set) and snapshots(frozenset)
# expect: S.copy(): atomic

@row("list(S)")
def _():
    return snapshots(list) and snapshots(tuple) and snapshots(sorted)
# expect: list(S): atomic

@row("S | S2")
def _():
    return snapshots(lambda S: S | {1}) and snapshots(lambda S: S - {"x"}) and snapshots(lambda S: S & set(range(100)))
# expect: S | S2: atomic

@row("len(S)")
def _():
    S = set()
    full = set(range(300))
    return meanwhile(lambda turn: len(S) in (0, 300), lambda: S.update(full), S.clear, threads=1) and \
        meanwhile(lambda turn: len(list(S)) in (0, 300), lambda: S.update(full), S.clear, threads=1)
# expect: len(S): atomic

# All of them together.
S, ledger = set(), Ledger()
ledger.mix([lambda: S.add(*ledger.new()), lambda: S.update(ledger.new(4)), lambda: S.__ior__(set(ledger.new(2))),
            lambda: S.update(set(ledger.new(3))), lambda: ledger.gone([S.pop()]), lambda: S.copy(), lambda: list(S),
            lambda: S.discard(-1)], ignored=KeyError)
print("all", ledger.balanced(S), len(S) == len(list(S)))    # expect: all True True
