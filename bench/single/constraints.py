# A Sudoku solved by propagating constraints, with search where that is not enough.
ROWS, COLUMNS = "ABCDEFGHI", "123456789"
CELLS = [r + c for r in ROWS for c in COLUMNS]
UNITS = ([[r + c for c in COLUMNS] for r in ROWS] + [[r + c for r in ROWS] for c in COLUMNS] +
         [[r + c for r in rs for c in cs] for rs in ("ABC", "DEF", "GHI") for cs in ("123", "456", "789")])
UNITS_OF = {cell: [unit for unit in UNITS if cell in unit] for cell in CELLS}
PEERS = {cell: set(sum(UNITS_OF[cell], [])) - {cell} for cell in CELLS}

def assign(values, cell, digit):
    return values if all(eliminate(values, cell, other) for other in values[cell].replace(digit, "")) else None

def eliminate(values, cell, digit):
    if digit not in values[cell]:
        return values
    values[cell] = values[cell].replace(digit, "")
    if not values[cell]:
        return None
    if len(values[cell]) == 1 and not all(eliminate(values, peer, values[cell]) for peer in PEERS[cell]):
        return None
    for unit in UNITS_OF[cell]:
        places = [other for other in unit if digit in values[other]]
        if not places or len(places) == 1 and not assign(values, places[0], digit):
            return None
    return values

def search(values):
    if values is None or all(len(values[cell]) == 1 for cell in CELLS):
        return values
    _count, cell = min((len(values[cell]), cell) for cell in CELLS if len(values[cell]) > 1)
    for digit in values[cell]:
        found = search(assign(dict(values), cell, digit))
        if found:
            return found
    return None

def solve(grid):
    values = {cell: COLUMNS for cell in CELLS}
    for cell, digit in zip(CELLS, grid):
        if digit != "." and not assign(values, cell, digit):
            return None
    return search(values)

GRIDS = ["4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
         "..3.2.6..9..3.5..1..18.64....81.29..7.......8..67.82....26.95..8..2.3..9..5.1.3..",
         "." * 81]
for grid in GRIDS * 10:
    solved = solve(grid)
    for unit in UNITS:
        assert sorted(solved[cell] for cell in unit) == list(COLUMNS)
