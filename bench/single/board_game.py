# Noughts and crosses on 4 x 4 to a given depth: alpha-beta search with a table of positions.
LINES = ([sum(1 << (r * 4 + c) for c in range(4)) for r in range(4)] + [sum(1 << (r * 4 + c) for r in range(4)) for c in range(4)] +
         [sum(1 << (i * 5) for i in range(4)), sum(1 << (i * 3 + 3) for i in range(4))])

def value(own, other):
    score = 0
    for line in LINES:
        if not line & other:
            score += (line & own).bit_count() ** 2
        if not line & own:
            score -= (line & other).bit_count() ** 2
    return score

def search(own, other, depth, low, high, table):
    if any(line & other == line for line in LINES):
        return -1000 - depth
    if own | other == 0xFFFF or depth == 0:
        return value(own, other)
    key = own, other, depth
    if key in table:
        return table[key]
    best = -9999
    for square in range(16):
        bit = 1 << square
        if (own | other) & bit:
            continue
        best = max(best, -search(other, own | bit, depth - 1, -high, -max(low, best), table))
        if best >= high:
            break
    table[key] = best
    return best

table = {}
assert search(0, 0, 6, -9999, 9999, table) == search(0, 0, 6, -9999, 9999, {})
assert len(table) > 500
