# docs/memory-model.md, kinds of dictionaries: each operation against itself and against the others.
from collections import ChainMap, Counter, OrderedDict, defaultdict
from types import SimpleNamespace
from _contract import COUNT, THREADS, TOKENS, Ledger, each, flat, meanwhile, row, same

@row("O[k] = v")
def _():
    O = OrderedDict()
    each(lambda token: O.__setitem__(token, token))
    return same(O) and same(O.values()) and len(O) == len(TOKENS)
# expect: O[k] = v: atomic

@row("del O[k]")
def _():
    O = OrderedDict.fromkeys(TOKENS)
    each(O.__delitem__)
    return not O and list(O) == []
# expect: del O[k]: atomic

@row("O.pop(k)")
def _():
    O = OrderedDict.fromkeys(range(COUNT), "here")
    return flat(each(lambda token: O.pop(token % COUNT, None))).count("here") == COUNT and not O
# expect: O.pop(k): atomic

@row("O.popitem(last=False)")
def _():
    O = OrderedDict((token, token) for token in TOKENS)
    parts = each(lambda token: O.popitem(last=False)[0])
    return same(flat(parts)) and all(part == sorted(part) for part in parts)
# expect: O.popitem(last=False): atomic

@row("O.popitem()")
def _():
    O = OrderedDict((token, token) for token in TOKENS)
    return same(key for key, value in flat(each(lambda token: O.popitem()))) and not O
# expect: O.popitem(): atomic

@row("O.move_to_end(k)")
def _():
    O = OrderedDict.fromkeys(range(50))
    def move(turn):
        O.move_to_end(turn % 50, last=bool(turn % 3))
        return len(O) == 50 and turn % 50 in O
    # Who looks while a key is moved, be it into a table with room or into a new one, finds it, and no key less.
    few = OrderedDict.fromkeys(range(3), "here")
    def look():
        for key in range(3):
            assert len(few) == 3 and key in few and few[key] == few.get(key) == "here"
    return meanwhile(move, turns=COUNT) and same(O, range(50)) and same(O.keys(), range(50)) and all(
        meanwhile(lambda turn: few.move_to_end(turn % 3, last) is None, look, turns=100 * COUNT, threads=1)
        for last in (True, False))
# expect: O.move_to_end(k): atomic

@row("O.setdefault(k, v)")
def _():
    O = OrderedDict()
    got = flat(each(lambda token: (token % COUNT, O.setdefault(token % COUNT, [token]))))
    return len(O) == COUNT and all(O[key] is value for key, value in got)
# expect: O.setdefault(k, v): atomic

@row("list(O)")
def _():
    O = OrderedDict.fromkeys(range(50))
    return meanwhile(lambda turn: same(O.copy(), range(50)) and same(list(O), range(50)),
                     lambda: O.move_to_end(7), lambda: O.move_to_end(30, last=False), turns=COUNT)
# expect: list(O): atomic

@row("D[k] of a defaultdict")
def _():
    for factory in (list, lambda: []):
        D = defaultdict(factory)
        each(lambda token: D[token % 97].append(token))
        if not same(flat(D.values())):
            return False
    return True
# expect: D[k] of a defaultdict: atomic

@row("C.update(L)")
def _():
    C = Counter()
    each(lambda token: C.update([token % 7, "all"]))
    return C["all"] == len(TOKENS) and sum(C.values()) == 2 * len(TOKENS)
# expect: C.update(L): atomic

@row("fields of a namespace")
def _():
    N = SimpleNamespace()
    each(lambda token: setattr(N, f"field{token}", token))
    return same(vars(N).values())
# expect: fields of a namespace: atomic

O, ledger = OrderedDict(), Ledger()

def put():
    number, = ledger.new()
    O[number] = number

ledger.mix([put, put, lambda: O.update({number: number for number in ledger.new(2)}),
            lambda: ledger.gone([O.popitem()[0]]), lambda: ledger.gone([O.popitem(last=False)[0]]),
            lambda: O.move_to_end(next(iter(O))), lambda: O.copy(), lambda: list(O.items()), lambda: list(reversed(O))],
           ignored=(KeyError, StopIteration, RuntimeError))
print("all", ledger.balanced(O), len(O) == len(list(O)))    # expect: all True True
