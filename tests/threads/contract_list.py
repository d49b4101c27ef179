# docs/memory-model.md, lists: each operation against itself and against the others.
from _contract import COUNT, THREADS, TOKENS, Ledger, each, flat, meanwhile, row, same

@row("L.append(x)")
def _():
    L = []
    each(L.append)
    return same(L)
# expect: L.append(x): atomic

def triples(L):
    """Each run of three equal items is unbroken."""
    return len(L) == 3 * len(TOKENS) and all(L[i] == L[i + 1] == L[i + 2] for i in range(0, len(L), 3)) \
        and same(L[::3])

@row("L.extend(L2)")
def _():
    L = []
    each(lambda token: L.extend([token] * 3) if token % 2 else L.extend((token,) * 3))
    return triples(L)
# expect: L.extend(L2): atomic

@row("L += L2")
def _():
    L = []
    def add(token):
        nonlocal L
        L += [token] * 3
    each(add)
    return triples(L)
# expect: L += L2: atomic

@row("L.insert(i, x)")
def _():
    L = ["first", "last"]
    each(lambda token: L.insert(1, token))
    return L[0] == "first" and L[-1] == "last" and same(L[1:-1])
# expect: L.insert(i, x): atomic

@row("L.pop()")
def _():
    L = list(TOKENS)
    return same(flat(each(lambda token: L.pop()))) and L == []
# expect: L.pop(): atomic

@row("L.pop(i)")
def _():
    L = list(TOKENS)
    parts = each(lambda token: L.pop(0))
    return same(flat(parts)) and all(part == sorted(part) for part in parts)
# expect: L.pop(i): atomic

@row("L.remove(x)")
def _():
    L = list(TOKENS)
    each(L.remove)
    return L == []
# expect: L.remove(x): atomic

@row("del L[i]")
def _():
    L = list(TOKENS) + ["last"]
    def delete(token):
        del L[0]
    each(delete)
    return L == ["last"]
# expect: del L[i]: atomic

@row("L[i]")
def _():
    L = list(range(8))
    return meanwhile(lambda turn: L[turn % 8] == turn % 8 and L[-1] in (7, "more"),
                     lambda: (L.append("more"), L.pop()))
# expect: L[i]: atomic

@row("L[i] = x")
def _():
    L = [None] * len(TOKENS)
    tail = lambda: (L.extend(["more"] * 300), L.__delitem__(slice(len(TOKENS), None)))
    def store(turn):
        L[turn] = turn
        return L[turn] == turn
    return meanwhile(store, tail, turns=len(TOKENS), threads=1) and L == list(TOKENS)
# expect: L[i] = x: atomic

@row("L[i:j] = L2")
def _():
    L = [0] * 8
    def store(turn):
        L[2:6] = [turn] * 4
        return len(set(L[2:6])) == 1 and len(L) == 8
    return meanwhile(store)
# expect: L[i:j] = L2: atomic

@row("L[i:j] = L2, other lengths")
def _():
    L = ["first", "last"]
    def store(token):
        L[1:1] = [token] * 3
    each(store)
    middle = L[1:-1]
    return L[0] == "first" and L[-1] == "last" and same(middle[::3]) and \
        all(middle[i] == middle[i + 2] for i in range(0, len(middle), 3))
# expect: L[i:j] = L2, other lengths: atomic

@row("del L[i:j]")
def _():
    L = list(TOKENS) * 3
    def delete(token):
        del L[:3]
    each(delete)
    return L == []
# expect: del L[i:j]: atomic

def snapshots(take):
    """Copies of a list of which someone replaces all items at once."""
    L = [0] * 50
    turn = iter(range(1 << 40))
    def replace():
        L[:] = [next(turn)] * 50
    return meanwhile(lambda turn: len(set(copied := take(L))) == 1 and len(copied) == 50, replace)

@row("L[i:j]")
def _():
    return snapshots(lambda L: L[:])
# expect: L[i:j]: atomic

@row("L.copy()")
def _():
    return snapshots(list.copy)
# expect: L.copy(): atomic

@row("list(L)")
def _():
    return snapshots(list) and snapshots(lambda L: [*L])
# expect: list(L): atomic

@row("tuple(L)")
def _():
    return snapshots(tuple) and snapshots(lambda L: (*L,))
# expect: tuple(L): atomic

@row("L + L2")
def _():
    return snapshots(lambda L: (L + ["end"])[:-1])
# expect: L + L2: atomic

@row("L * n")
def _():
    return snapshots(lambda L: (L * 2)[:50]) and snapshots(lambda L: (L * 2)[50:])
# expect: L * n: atomic

@row("sorted(L)")
def _():
    return snapshots(sorted)
# expect: sorted(L): atomic

@row("L *= n")
def _():
    L = [1]
    def double(turn):
        nonlocal L
        L *= 2
        del L[1:]
        return True
    return meanwhile(double) and L == [1]
# expect: L *= n: atomic

@row("L.sort()")
def _():
    L = list(range(100))
    shuffled = L[50:] + L[:50]
    def replace():
        L[:] = shuffled
    def sort(turn):
        L.sort()
        return sorted(L) == list(range(100))
    return meanwhile(sort, replace, lambda: L.sort(reverse=True))
# expect: L.sort(): atomic

@row("L.sort() and L.append(x)")
def _():
    L = []
    each(lambda token: (L.append(token), L.sort() if token % 16 == 0 else None))
    return same(L)
# expect: L.sort() and L.append(x): atomic

@row("L.reverse()")
def _():
    L = list(range(50))
    return meanwhile(lambda turn: L[:] in (list(range(50)), list(range(49, -1, -1))), L.reverse)
# expect: L.reverse(): atomic

@row("L.clear()")
def _():
    L = []
    return meanwhile(lambda turn: L[:] in ([], [1, 2, 3]), L.clear, lambda: L.__setitem__(slice(None), [1, 2, 3]))
# expect: L.clear(): atomic

@row("len(L)")
def _():
    L = [0] * 10
    def replace():
        L[:] = [1] * 300
        L[:] = [1] * 10
    return meanwhile(lambda turn: len(L) in (10, 300), replace)
# expect: len(L): atomic

@row("L.count(x)")
def _():
    L = [1] * 300 + [2] * 700
    return meanwhile(lambda turn: L.count(1) == 300, lambda: L.__setitem__(slice(None), L[:]))
# expect: L.count(x): atomic

@row("x in L")
def _():
    L = [1, 2, 3]
    return meanwhile(lambda turn: 1 in L and L.index(2) == 1, lambda: L.append(4), lambda: L.__delitem__(slice(3, None)))
# expect: x in L: atomic

# All of them together.
L, ledger = [], Ledger()


ledger.mix([lambda: L.append(*ledger.new()), lambda: L.extend(ledger.new(5)), lambda: L.insert(3, *ledger.new()),
            lambda: L.insert(0, *ledger.new()), lambda: L.__setitem__(slice(1, 1), ledger.new(3)),
            lambda: L.__iadd__(tuple(ledger.new(2))), lambda: ledger.gone([L.pop()]), lambda: ledger.gone([L.pop(0)]),
            lambda: ledger.gone([L.pop(len(L) // 2)]), L.reverse, L.sort, lambda: L[:], lambda: list(L)],
           ignored=IndexError)
print("all", ledger.balanced(L))    # expect: all True
