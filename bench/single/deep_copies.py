# copy.deepcopy() of nested containers and objects with shared parts; pickling by the library's Python code.
import copy
import io
import pickle

class Node:
    def __init__(self, name, parent=None):
        self.name, self.parent, self.children, self.data = name, parent, [], {"k": (1, 2.5, "x")}

root = Node("root")
for i in range(120):
    child = Node(f"c{i}", root)
    child.children = [Node(f"g{i}.{j}", child) for j in range(4)]
    root.children.append(child)
for _ in range(3):
    twin = copy.deepcopy(root)
    assert len(twin.children) == 120 and twin.children[5].parent is twin and twin.children[5] is not root.children[5]
table = {i: [str(i), (i, i * 2), {"a": i}] for i in range(1_500)}
assert copy.deepcopy(table) == table
buffer = io.BytesIO()
pickle._Pickler(buffer, 4).dump(table)
assert pickle._Unpickler(io.BytesIO(buffer.getvalue())).load() == table
