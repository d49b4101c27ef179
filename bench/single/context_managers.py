# with statements: classes, generators as context managers, exceptions swallowed and not; ExitStack.
from contextlib import ExitStack, contextmanager, suppress

class Depth:
    def __init__(self):
        self.depth = self.most = 0
    def __enter__(self):
        self.depth += 1
        self.most = max(self.most, self.depth)
        return self
    def __exit__(self, kind, value, traceback):
        self.depth -= 1
        return kind is KeyError

@contextmanager
def counted(counter):
    counter[0] += 1
    try:
        yield counter
    finally:
        counter[1] += 1

depth, counter, missed = Depth(), [0, 0], 0
for i in range(12_000):
    with depth, counted(counter) as c, depth:
        c.append(0)
        c.pop()
    with depth:
        if i % 4 == 0:
            raise KeyError(i)
    with suppress(ValueError):
        int("x" if i % 8 == 0 else "1")
        missed += 1
with ExitStack() as stack:
    for _ in range(500):
        stack.enter_context(depth)
assert depth.depth == 0 and depth.most == 500 and counter == [12_000, 12_000] and missed == 10_500
