# The spectral norm of the infinite matrix 1, 1/2, 1/3, ... by the power method.
def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)

def times(vector):
    return [sum(element(i, j) * x for j, x in enumerate(vector)) for i in range(len(vector))]

def transposed_times(vector):
    return [sum(element(j, i) * x for j, x in enumerate(vector)) for i in range(len(vector))]

u = [1.0] * 100
for _ in range(6):
    v = transposed_times(times(u))
    u = transposed_times(times(v))
norm = (sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)) ** 0.5
assert abs(norm - 1.27421915) < 1e-6, norm
