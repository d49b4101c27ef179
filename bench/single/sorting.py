# Sorting: numbers, strings, with keys.
state = 12345
data = []
for _ in range(120_000):
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    data.append(state)
ordered = sorted(data)
assert ordered[0] <= ordered[-1] and sorted(ordered, reverse=True) == ordered[::-1]
words = [str(n) for n in data]
words.sort()
assert words[0] <= words[1]
assert [n for n in sorted(data, key=lambda n: -n)][:3] == ordered[:-4:-1]
