# Some small programs of the kind that fill a textbook.
import heapq, collections, functools, itertools, random
def dijkstra(graph, start):
    dist, heap = {start: 0}, [(0, start)]
    while heap:
        d, node = heapq.heappop(heap)
        if d > dist[node]: continue
        for to, w in graph[node].items():
            if (nd := d + w) < dist.get(to, float("inf")):
                dist[to] = nd; heapq.heappush(heap, (nd, to))
    return dist
print(dijkstra({"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}, "a"))
def life(cells, steps):
    for _ in range(steps):
        counts = collections.Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
        cells = {c for c, n in counts.items() if n == 3 or n == 2 and c in cells}
    return sorted(cells)
print(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 20))
class Huffman:
    def __init__(self, text):
        heap = [(n, i, c) for i, (c, n) in enumerate(sorted(collections.Counter(text).items()))]; heapq.heapify(heap); i = len(heap)
        while len(heap) > 1:
            a, b = heapq.heappop(heap), heapq.heappop(heap); heapq.heappush(heap, (a[0] + b[0], i, (a[2], b[2]))); i += 1
        self.codes = {}; self._walk(heap[0][2], "")
    def _walk(self, node, code):
        if isinstance(node, tuple): self._walk(node[0], code + "0"); self._walk(node[1], code + "1")
        else: self.codes[node] = code
h = Huffman("abracadabra"); print(h.codes, "".join(h.codes[c] for c in "abracadabra"))
def bf(code, data=b""):
    out, stack, jump = [], [], {}
    for i, c in enumerate(code):
        if c == "[": stack.append(i)
        elif c == "]": j = stack.pop(); jump[i], jump[j] = j, i
    tape, p, i = collections.defaultdict(int), 0, 0
    while i < len(code):
        match code[i]:
            case ">": p += 1
            case "<": p -= 1
            case "+": tape[p] = tape[p] + 1 & 255
            case "-": tape[p] = tape[p] - 1 & 255
            case ".": out.append(chr(tape[p]))
            case "[" if not tape[p]: i = jump[i]
            case "]" if tape[p]: i = jump[i]
        i += 1
    return "".join(out)
print(bf("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."))
def primes():
    found = {}
    for n in itertools.count(2):
        if n not in found: yield n; found[n * n] = [n]
        else:
            for p in found.pop(n): found.setdefault(p + n, []).append(p)
print(list(itertools.islice(primes(), 30)))
@functools.cache
def lcs(a, b): return "" if not a or not b else a[0] + lcs(a[1:], b[1:]) if a[0] == b[0] else max(lcs(a[1:], b), lcs(a, b[1:]), key=len)
print(lcs("AGGTABQWERTY", "GXTXAYBWRTY"))
def sudoku(grid):
    if "." not in grid: return grid
    i = grid.index("."); r, c = divmod(i, 9); b = r // 3 * 27 + c // 3 * 3
    seen = set(grid[r * 9:r * 9 + 9]) | set(grid[c::9]) | {grid[b + k * 9 + j] for k in range(3) for j in range(3)}
    for d in "123456789":
        if d not in seen and (s := sudoku(grid[:i] + d + grid[i + 1:])): return s
print(sudoku("53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"))
class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    def __matmul__(self, o): return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __pow__(self, n): return functools.reduce(Matrix.__matmul__, [self] * n)
    def __repr__(self): return f"Matrix({self.rows})"
    def __iter__(self): return iter(self.rows)
print(Matrix([[1, 1], [1, 0]]) ** 90, [*Matrix([[1, 2]])])
class Trie:
    def __init__(self): self.root = {}
    def add(self, w):
        n = self.root
        for c in w: n = n.setdefault(c, {})
        n["$"] = w
    def find(self, prefix):
        n = self.root
        for c in prefix:
            if c not in n: return []
            n = n[c]
        out, todo = [], [n]
        while todo:
            for k, v in todo.pop().items(): (out if k == "$" else todo).append(v)
        return sorted(out)
t = Trie(); [t.add(w) for w in "car card care cat dog do".split()]; print(t.find("car"), t.find("d"), t.find("x"))
class LRU:
    def __init__(self, n): self.n, self.d = n, collections.OrderedDict()
    def get(self, k):
        if k in self.d: self.d.move_to_end(k); return self.d[k]
    def put(self, k, v):
        self.d[k] = v; self.d.move_to_end(k)
        if len(self.d) > self.n: self.d.popitem(last=False)
l = LRU(2); l.put(1, "a"); l.put(2, "b"); l.get(1); l.put(3, "c"); print(l.d, l.get(2))
def parse(tokens):
    tok = tokens.pop(0)
    if tok == "(":
        out = []
        while tokens[0] != ")": out.append(parse(tokens))
        tokens.pop(0); return out
    try: return int(tok)
    except ValueError: return tok
def ev(x, env):
    if isinstance(x, str): return env[x]
    if not isinstance(x, list): return x
    if x[0] == "if": return ev(x[2] if ev(x[1], env) else x[3], env)
    if x[0] == "lambda": return lambda *a: ev(x[2], collections.ChainMap(dict(zip(x[1], a)), env))
    if x[0] == "define": env[x[1]] = ev(x[2], env); return None
    f, *args = (ev(e, env) for e in x); return f(*args)
env = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "<": lambda a, b: a < b}
for src in ("(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))", "(fact 25)", "((lambda (f x) (f (f x))) (lambda (y) (* y y)) 7)"):
    print(ev(parse(src.replace("(", " ( ").replace(")", " ) ").split()), env))
def hanoi(n, a="A", b="B", c="C"):
    if n: yield from hanoi(n - 1, a, c, b); yield a + c; yield from hanoi(n - 1, b, a, c)
print(" ".join(hanoi(4)), len(list(hanoi(10))))
def knapsack(items, cap):
    best = [0] * (cap + 1)
    for w, v in items:
        for c in range(cap, w - 1, -1): best[c] = max(best[c], best[c - w] + v)
    return best[cap]
print(knapsack([(12, 4), (2, 2), (1, 1), (1, 2), (4, 10)], 15), sum(divmod(n, 7)[1] for n in range(100)), [*map(lambda p: p[0] ^ p[1], zip(range(9), range(9, 0, -1)))])
