# A trie of words as nested dictionaries and as objects.
class Node:
    __slots__ = "children", "count"
    def __init__(self):
        self.children, self.count = {}, 0

def words():
    state = 1
    for _ in range(6000):
        letters = []
        for _ in range(6):
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
            letters.append("abcdefgh"[state >> 16 & 7])
        yield "".join(letters)

all_words = list(words())
root, nested = Node(), {}
for word in all_words:
    node, inner = root, nested
    for letter in word:
        node = node.children.setdefault(letter, None) or node.children.__setitem__(letter, Node()) or node.children[letter]
        inner = inner.setdefault(letter, {})
    node.count += 1
    inner["end"] = inner.get("end", 0) + 1

def total(node):
    return node.count + sum(map(total, node.children.values()))

def total_nested(node):
    return sum(v if k == "end" else total_nested(v) for k, v in node.items())

def with_prefix(prefix):
    node = root
    for letter in prefix:
        node = node.children.get(letter)
        if node is None:
            return 0
    return total(node)

assert total(root) == total_nested(nested) == len(all_words)
assert sum(with_prefix(a + b) for a in "abcdefgh" for b in "abcdefgh") == len(all_words)
