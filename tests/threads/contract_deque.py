# docs/memory-model.md, deques: each operation against itself and against the others.
from collections import deque
from _contract import COUNT, TOKENS, Ledger, each, flat, meanwhile, row, same

@row("Q.append(x)")
def _():
    Q = deque()
    each(Q.append)
    return same(Q)
# expect: Q.append(x): atomic

@row("Q.appendleft(x)")
def _():
    Q = deque()
    each(Q.appendleft)
    return same(Q)
# expect: Q.appendleft(x): atomic

@row("Q.append(x) with maxlen")
def _():
    Q = deque(maxlen=100)
    each(lambda token: Q.append(token) if token % 2 else Q.appendleft(token))
    return len(Q) == 100 and len(set(Q)) == 100
# expect: Q.append(x) with maxlen: atomic

@row("Q.pop()")
def _():
    Q = deque(TOKENS)
    return same(flat(each(lambda token: Q.pop() if token % 2 else Q.popleft()))) and not Q
# expect: Q.pop(): atomic

@row("Q.popleft()")
def _():
    Q = deque(TOKENS)
    parts = each(lambda token: Q.popleft())
    return same(flat(parts)) and all(part == sorted(part) for part in parts)
# expect: Q.popleft(): atomic

def triples(Q):
    items = list(Q)
    return same(items[::3]) and all(items[i] == items[i + 1] == items[i + 2] for i in range(0, len(items), 3))

@row("Q.extend(L)")
def _():
    Q, right = deque(), deque()
    each(lambda token: (Q.extend([token] * 3), right.extendleft((token,) * 3)))
    return triples(Q) and triples(right)
# expect: Q.extend(L): atomic

@row("Q += L")
def _():
    Q = deque()
    each(lambda token: Q.__iadd__([token] * 3))
    return triples(Q)
# expect: Q += L: atomic

@row("Q.insert(i, x)")
def _():
    Q = deque(["first", "last"])
    each(lambda token: Q.insert(1, token))
    return Q[0] == "first" and Q[-1] == "last" and same(list(Q)[1:-1])
# expect: Q.insert(i, x): atomic

@row("Q.remove(x)")
def _():
    Q = deque(TOKENS)
    each(Q.remove)
    return not Q
# expect: Q.remove(x): atomic

@row("Q[i]")
def _():
    Q = deque(range(8))
    return meanwhile(lambda turn: Q[turn % 8] == turn % 8 and Q[-1] in (7, "more"), lambda: (Q.append("more"), Q.pop()))
# expect: Q[i]: atomic

@row("Q[i] = x")
def _():
    Q = deque([None] * 50)
    def store(turn):
        Q[turn % 50] = turn
        return Q[turn % 50] == turn
    return meanwhile(store, lambda: Q.extend("more" * 9), lambda: len(Q) > 50 and Q.pop(), turns=COUNT, threads=1)
# expect: Q[i] = x: atomic

@row("del Q[i]")
def _():
    Q = deque([*TOKENS, "last"])
    each(lambda token: Q.__delitem__(0))
    return list(Q) == ["last"]
# expect: del Q[i]: atomic

@row("Q.rotate(n)")
def _():
    Q = deque(range(50))
    twice = list(range(50)) * 2
    def whole(turn):
        items = list(Q)
        return twice[items[0]:items[0] + 50] == items
    return meanwhile(whole, lambda: Q.rotate(7), lambda: Q.rotate(-3))
# expect: Q.rotate(n): atomic

@row("Q.reverse()")
def _():
    Q = deque(range(50))
    return meanwhile(lambda turn: list(Q) in (list(range(50)), list(range(49, -1, -1))), Q.reverse)
# expect: Q.reverse(): atomic

@row("Q.clear()")
def _():
    Q = deque()
    return meanwhile(lambda turn: list(Q.copy()) in ([], [1, 2, 3]), lambda: (Q.extend([1, 2, 3]), Q.clear()))
# expect: Q.clear(): atomic

def snapshots(take):
    Q = deque(range(50))
    def whole(turn):
        items = list(take(Q))
        return len(items) in (49, 50) and len(set(items)) == len(items)
    return meanwhile(whole, lambda: Q.append(Q.popleft()))

@row("Q.copy()")
def _():
    return snapshots(deque.copy) and snapshots(deque)
# expect: Q.copy(): atomic

@row("list(Q)")
def _():
    return snapshots(list) and snapshots(tuple)
# expect: list(Q): atomic

@row("len(Q)")
def _():
    Q = deque()
    full = [0] * 300
    return meanwhile(lambda turn: len(Q) in (0, 300), lambda: (Q.extend(full), Q.clear()))
# expect: len(Q): atomic

@row("x in Q")
def _():
    Q = deque(range(50))
    return meanwhile(lambda turn: 25 in Q and Q.count(25) == 1, lambda: Q.rotate(1))
# expect: x in Q: atomic

Q, ledger = deque(), Ledger()
ledger.mix([lambda: Q.append(*ledger.new()), lambda: Q.appendleft(*ledger.new()), lambda: Q.extend(ledger.new(4)),
            lambda: Q.extendleft(ledger.new(3)), lambda: Q.insert(2, *ledger.new()), lambda: Q.rotate(3), Q.reverse,
            lambda: ledger.gone([Q.pop()]), lambda: ledger.gone([Q.popleft()]), lambda: ledger.gone([Q.popleft()]),
            lambda: Q.copy(), lambda: Q[0]], ignored=IndexError)
print("all", ledger.balanced(Q))    # expect: all True
