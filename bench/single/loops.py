# Loops over ranges, while, nested.
n = 0
for i in range(1500):
    for j in range(1500):
        n += 1
k = 0
while k < 1_000_000:
    k += 1
    if k % 3 == 0:
        continue
    n += 1
assert n == 1500 * 1500 + 666667, n
