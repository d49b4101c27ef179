# Search with backtracking: the queens' problem, by permutations of columns.
def solve(n):
    solutions = 0
    columns, up, down = set(), set(), set()
    def place(row):
        nonlocal solutions
        if row == n:
            solutions += 1
            return
        for column in range(n):
            if column in columns or row + column in up or row - column in down:
                continue
            columns.add(column)
            up.add(row + column)
            down.add(row - column)
            place(row + 1)
            columns.discard(column)
            up.discard(row + column)
            down.discard(row - column)
    place(0)
    return solutions

assert solve(8) == 92
assert solve(9) == 352
