# docs/memory-model.md, iterators: next() on one that several threads share.
import itertools
import operator
from collections import OrderedDict, deque
from _contract import COUNT, THREADS, TOKENS, flat, row, same, together

def drain(iterator):
    """What each thread gets until the iterator is at its end."""
    return together(lambda number: list(iter(lambda: next(iterator, drain), drain)), THREADS)

def each_once(make, expected=TOKENS):
    for _ in range(3):
        parts = drain(make())
        if not same(flat(parts), expected):
            return False
    return True

def pairs(make, second=lambda first: first):
    """Of the pairs each has its own first, and the second that belongs to it."""
    for _ in range(3):
        got = flat(drain(make()))
        if not same(first for first, _ in got) or any(value != second(first) for first, value in got):
            return False
    return True

@row("next() of a list, tuple, range, str, bytes")
def _():
    text = "".join(map(chr, TOKENS))
    return each_once(lambda: iter(list(TOKENS))) and each_once(lambda: iter(tuple(TOKENS))) and \
        each_once(lambda: iter(TOKENS)) and each_once(lambda: iter(text), text) and \
        each_once(lambda: iter(bytes(1000)), bytes(1000)) and each_once(lambda: iter(bytearray(1000)), bytes(1000)) and \
        each_once(lambda: reversed(list(TOKENS))) and each_once(lambda: reversed(TOKENS))
# expect: next() of a list, tuple, range, str, bytes: atomic

@row("next() of a dict, set, deque")
def _():
    return each_once(lambda: iter(dict.fromkeys(TOKENS))) and each_once(lambda: iter(set(TOKENS))) and \
        each_once(lambda: iter(dict(enumerate(TOKENS)).values())) and each_once(lambda: iter(deque(TOKENS))) and \
        pairs(lambda: iter(dict(zip(TOKENS, TOKENS)).items())) and each_once(lambda: iter(OrderedDict.fromkeys(TOKENS)))
# expect: next() of a dict, set, deque: atomic

@row("next() of count")
def _():
    counter, slow = itertools.count(), itertools.count(0, 1.0)
    got = together(lambda number: [(next(counter), next(slow)) for _ in range(COUNT)], THREADS)
    return same(first for first, _ in flat(got)) and same(second for _, second in flat(got)) and \
        all(part == sorted(part) for part in got)
# expect: next() of count: atomic

@row("next() of repeat, cycle")
def _():
    wheel = itertools.cycle(range(8))
    got = flat(together(lambda number: [next(wheel) for _ in range(COUNT)], THREADS))
    return each_once(lambda: itertools.repeat(1, len(TOKENS)), [1] * len(TOKENS)) and \
        all(got.count(item) == len(TOKENS) // 8 for item in range(8))
# expect: next() of repeat, cycle: atomic

@row("next() of map, filter")
def _():
    return each_once(lambda: map(operator.neg, list(TOKENS)), [-token for token in TOKENS]) and \
        each_once(lambda: filter(None, range(1, 1 + len(TOKENS))), range(1, 1 + len(TOKENS)))
# expect: next() of map, filter: atomic

@row("next() of chain, islice")
def _():
    return each_once(lambda: itertools.chain(list(TOKENS[:700]), TOKENS[700:])) and \
        each_once(lambda: itertools.islice(itertools.count(), len(TOKENS))) and \
        each_once(lambda: itertools.chain.from_iterable([[token] for token in TOKENS]))
# expect: next() of chain, islice: atomic

@row("next() of product, combinations, permutations")
def _():
    return each_once(lambda: itertools.product(range(10), repeat=3), list(itertools.product(range(10), repeat=3))) and \
        each_once(lambda: itertools.combinations(range(15), 3), list(itertools.combinations(range(15), 3))) and \
        each_once(lambda: itertools.permutations(range(7), 4), list(itertools.permutations(range(7), 4)))
# expect: next() of product, combinations, permutations: atomic

@row("next() of starmap, takewhile")
def _():
    return each_once(lambda: itertools.starmap(operator.add, [(token, 0) for token in TOKENS])) and \
        each_once(lambda: itertools.takewhile(lambda item: True, TOKENS))
# expect: next() of starmap, takewhile: atomic

@row("next() of accumulate")
def _():
    return each_once(lambda: itertools.accumulate([1] * len(TOKENS)), range(1, 1 + len(TOKENS)))
# expect: next() of accumulate: atomic
