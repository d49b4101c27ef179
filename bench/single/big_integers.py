# Integers of thousands of digits: products, quotients, powers, text.
a = 3 ** 5000
b = 7 ** 3000
total = 0
for i in range(1, 400):
    total += (a * b + i) // (b - i) % (10 ** 50 + i)
x = 1
for i in range(1, 2500):
    x *= i
assert 10 ** 7407 < x < 10 ** 7408
assert len(str(x >> 12000)) == 3796 and int(str(x >> 12000)) == x >> 12000
assert pow(a, b, 10 ** 60 + 7) > 0
assert total % 1_000_003 == 77846, total % 1_000_003
