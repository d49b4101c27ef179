# Dictionaries: inserting, finding, counting, iterating, with integer, string and tuple keys.
counts = {}
for i in range(400_000):
    key = i * 7919 % 1009
    counts[key] = counts.get(key, 0) + 1
assert sum(counts.values()) == 400_000
names = {f"key{i}": i for i in range(50_000)}
total = 0
for _ in range(4):
    for name, value in names.items():
        if name in names:
            total += names[name] - value + 1
assert total == 200_000
grid = {(x, y): x * y for x in range(200) for y in range(200)}
assert sum(grid[x, x] for x in range(200)) == sum(x * x for x in range(200))
for i in range(0, 50_000, 2):
    del names[f"key{i}"]
assert len(names) == 25_000
