# Floating-point loops with local variables: the Mandelbrot set, real and complex.
def inside(cx, cy, limit):
    x = y = 0.0
    for i in range(limit):
        xx, yy = x * x, y * y
        if xx + yy > 4.0:
            return i
        x, y = xx - yy + cx, 2.0 * x * y + cy
    return limit

def escape(c, limit):
    z = 0j
    for i in range(limit):
        if abs(z) > 2:
            return i
        z = z * z + c
    return limit

total = sum(inside(-2 + i / 40, -1.25 + j / 40, 200) for i in range(120) for j in range(100))
assert total == 547055, total
total = sum(escape(complex(-2 + i / 20, -1.25 + j / 20), 150) for i in range(60) for j in range(50))
assert total == 106732, total
