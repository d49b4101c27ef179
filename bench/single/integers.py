# Arithmetic with small integers.
def work(n):
    a, b, c = 1, 2, 3
    for i in range(n):
        a = (a * 31 + i) % 1000003
        b ^= a << 3
        b &= 0xFFFFFF
        c += (a // 7) - (b >> 5) & 255
    return a, b, c

result = work(700_000)
assert result == (73023, 3161082, 89266562), result
