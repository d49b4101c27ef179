# The standard library at work: json, re, collections, itertools, functools.
import collections, functools, itertools, json, re

data = [{"id": i, "name": f"n{i}", "tags": ["a", "b"], "value": i / 7} for i in range(1500)]
for _ in range(10):
    assert json.loads(json.dumps(data)) == data
counts = collections.Counter(re.findall(r"\w+", "the quick brown fox the lazy dog " * 4000))
assert counts["the"] == 8000

@functools.lru_cache(maxsize=None)
def ways(n, k):
    return 1 if n == 0 else 0 if n < 0 or k == 0 else ways(n - k, k) + ways(n, k - 1)

assert ways(120, 120) == 1844349560
assert sum(1 for a, b in itertools.combinations(range(500), 2) if (a + b) % 7 == 0) == 17821
queue = collections.deque(maxlen=100)
for i in range(400_000):
    queue.append(i)
    if i % 3 == 0:
        queue.popleft()
