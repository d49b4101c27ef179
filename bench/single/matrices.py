# Matrices as lists of lists: a product, and the solution of linear equations by LU decomposition.
def product(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]

def decompose(a):
    n, order = len(a), list(range(len(a)))
    a = [row[:] for row in a]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(a[i][k]))
        a[k], a[pivot] = a[pivot], a[k]
        order[k], order[pivot] = order[pivot], order[k]
        for i in range(k + 1, n):
            factor = a[i][k] = a[i][k] / a[k][k]
            row, upper = a[i], a[k]
            for j in range(k + 1, n):
                row[j] -= factor * upper[j]
    return a, order

def solve(lu, order, b):
    n, x = len(lu), []
    for i in range(n):
        x.append(b[order[i]] - sum(lu[i][j] * x[j] for j in range(i)))
    for i in reversed(range(n)):
        x[i] = (x[i] - sum(lu[i][j] * x[j] for j in range(i + 1, n))) / lu[i][i]
    return x

n = 80
m = [[((i * 31 + j * 17) % 23) + (100.0 if i == j else 0.0) for j in range(n)] for i in range(n)]
lu, order = decompose(m)
x = solve(lu, order, [float(i) for i in range(n)])
back = product(m, [[value] for value in x])
assert max(abs(back[i][0] - i) for i in range(n)) < 1e-9
square = product(m, m)
assert abs(square[3][5] - sum(m[3][k] * m[k][5] for k in range(n))) < 1e-9
