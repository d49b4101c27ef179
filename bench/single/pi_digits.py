# Digits of pi by Gibbons' spigot (2006): integers that grow.
def digits(count):
    q, r, t, k, n, m = 1, 0, 1, 1, 3, 3
    found = []
    while len(found) < count:
        if 4 * q + r - t < n * t:
            found.append(n)
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, m = (q * k, (2 * q + r) * m, t * m, k + 1, (q * (7 * k + 2) + r * m) // (t * m), m + 2)
    return found

text = "".join(map(str, digits(700)))
assert text.startswith("31415926535897932384626433832795028841971") and text.endswith("58923")
