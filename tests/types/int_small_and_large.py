# Arithmetic gives the same results on both sides of the border between immediate and large ints.
for bits in (47, 48, 49, 62, 63, 64, 65, 127, 128):
    n = 1 << bits
    assert n - 1 + 1 == n and -n + n == 0 and (n + 1) - n == 1, bits
    assert (n * n) // n == n and (n * n) % (n - 1) == 1, bits
    assert n >> bits == 1 and (-n) >> bits == -1 and (-n - 1) >> bits == -2, bits
    assert n & (n - 1) == 0 and n | (n - 1) == 2 * n - 1 and n ^ n == 0, bits
    assert ~n == -n - 1 and -(-n) == n and abs(-n) == n, bits
    assert divmod(-n - 1, n) == (-2, n - 1) and divmod(n + 1, -n) == (-2, 1 - n), bits
    assert n.bit_length() == bits + 1 and (n - 1).bit_count() == bits, bits
    assert int(str(n)) == n and int(hex(-n), 16) == -n and eval(repr(n)) == n, bits
    assert hash(n) == hash(float(n)), bits
    assert n == float(n) and n + 1 > n and n < n + 1 and n != n + 1, bits
print("fine")  # expect: fine
print(2 ** 200)  # expect: 1606938044258990275541962092341162602522202993782792835301376
print(-7 // 2, -7 % 2, 7 // -2, 7 % -2)  # expect: -4 1 -4 -1
print((-(2 ** 100)) // 3, (-(2 ** 100)) % 3)  # expect: -422550200076076467165567735126 2
print(-5 & 2 ** 70, -5 | 2 ** 70, -5 ^ 2 ** 70)
# expect: 1180591620717411303424 -5 -1180591620717411303429
print(pow(3, 1000, 10 ** 9 + 7), pow(3, -1, 7), pow(-2, 3, -5))  # expect: 56888193 5 -3
print(10 ** 23 / 10 ** 22, (2 ** 1075) / (2 ** 1074), 1 / 3)  # expect: 10.0 2.0 0.3333333333333333
print(True + True, True & 2 ** 70, -True)  # expect: 2 0 -1
