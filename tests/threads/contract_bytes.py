# docs/memory-model.md, bytearrays and arrays: each operation against itself and against the others.
from array import array
from _contract import COUNT, THREADS, TOKENS, each, flat, meanwhile, row, same

LETTERS = [token % 251 for token in TOKENS]

def chunks(buffer, size=3):
    """Runs of equal items were put in whole."""
    items = list(buffer)
    return same(items[::size], LETTERS) and \
        all(len(set(items[i:i + size])) == 1 for i in range(0, len(items), size))

@row("B.append(x)")
def _():
    B, A = bytearray(), array("l")
    each(lambda token: (B.append(token % 251), A.append(token)))
    return same(B, LETTERS) and same(A)
# expect: B.append(x): atomic

@row("B.extend(B2)")
def _():
    B, A = bytearray(), array("l")
    each(lambda token: (B.extend(bytes([token % 251]) * 3), A.extend(array("l", [token % 251] * 3))))
    return chunks(B) and chunks(A)
# expect: B.extend(B2): atomic

@row("B += B2")
def _():
    B, A = bytearray(), array("l")
    each(lambda token: (B.__iadd__(bytes([token % 251]) * 3), A.__iadd__(array("l", [token % 251] * 3))))
    return chunks(B) and chunks(A)
# expect: B += B2: atomic

@row("B.insert(i, x)")
def _():
    B, A = bytearray(b"\xff\xff"), array("l", [-1, -1])
    each(lambda token: (B.insert(1, token % 251), A.insert(1, token)))
    return B[0] == B[-1] == 255 and same(B[1:-1], LETTERS) and A[0] == A[-1] == -1 and same(A[1:-1])
# expect: B.insert(i, x): atomic

@row("B.pop()")
def _():
    B, A = bytearray(LETTERS), array("l", TOKENS)
    got = each(lambda token: (B.pop(), A.pop()))
    return same([pair[0] for pair in flat(got)], LETTERS) and same(pair[1] for pair in flat(got)) and not B and not A
# expect: B.pop(): atomic

@row("B.pop(i)")
def _():
    B, A = bytearray(LETTERS), array("l", TOKENS)
    got = each(lambda token: (B.pop(0), A.pop(0)))
    return same([pair[0] for pair in flat(got)], LETTERS) and same(pair[1] for pair in flat(got)) and not B and not A
# expect: B.pop(i): atomic

@row("B.remove(x)")
def _():
    B, A = bytearray(LETTERS), array("l", TOKENS)
    each(lambda token: (B.remove(token % 251), A.remove(token)))
    return not B and not A
# expect: B.remove(x): atomic

@row("B[i]")
def _():
    B, A = bytearray(range(8)), array("l", range(8))
    return meanwhile(lambda turn: B[turn % 8] == A[turn % 8] == turn % 8, lambda: (B.append(9), B.pop()),
                     lambda: (A.append(9), A.pop()))
# expect: B[i]: atomic

@row("B[i] = x")
def _():
    B, A = bytearray(50), array("l", [0] * 50)
    def store(turn):
        B[turn % 50] = turn % 251
        A[turn % 50] = turn
        return B[turn % 50] == turn % 251 and A[turn % 50] == turn
    return meanwhile(store, lambda: (B.extend(b"more" * 90), B.__delitem__(slice(50, None))),
                     lambda: (A.extend(A[:40]), A.__delitem__(slice(50, None))), threads=1)
# expect: B[i] = x: atomic

@row("B[i:j] = B2")
def _():
    B, A = bytearray(10), array("l", [0] * 10)
    def store(turn):
        B[2:8] = bytes([turn % 251]) * 6
        A[2:8] = array("l", [turn] * 6)
        return len(set(B[2:8])) == 1 and len(set(A[2:8])) == 1 and len(B) == len(A) == 10
    return meanwhile(store)
# expect: B[i:j] = B2: atomic

@row("bytes(B)")
def _():
    B, A = bytearray(50), array("l", [0] * 50)
    serial = iter(range(1 << 40))
    def replace():
        number = next(serial)
        B[:] = bytes([number % 251]) * 50
        A[:] = array("l", [number]) * 50
    def whole(turn):
        return all(len(set(copy)) == 1 and len(copy) == 50
                   for copy in (bytes(B), bytearray(B), B[:], B.copy(), A[:], A.tolist()))
    return meanwhile(whole, replace)
# expect: bytes(B): atomic

@row("B.reverse()")
def _():
    B, A = bytearray(range(50)), array("l", range(50))
    ways = [list(range(50)), list(range(49, -1, -1))]
    return meanwhile(lambda turn: list(B[:]) in ways and A.tolist() in ways, B.reverse, A.reverse)
# expect: B.reverse(): atomic

@row("len(B)")
def _():
    B = bytearray()
    full = bytes(300)
    return meanwhile(lambda turn: len(B) in (0, 300), lambda: (B.extend(full), B.clear()))
# expect: len(B): atomic

@row("x in B")
def _():
    B = bytearray(b"abc")
    return meanwhile(lambda turn: b"b" in B and B.find(b"c") == 2 and B.startswith(b"ab"),
                     lambda: (B.extend(b"def" * 50), B.__delitem__(slice(3, None))))
# expect: x in B: atomic
