# A key that is deleted and set again is found, is last in order, and leaves the others where they are.
d = {}
for i in range(2_000):
    d["comes"] = i
    d[i % 7] = i
    d["goes"] = i
    del d["comes"]
    if i % 3 == 0:
        del d[i % 7]
    assert "comes" not in d and d["goes"] == i
    assert list(d) == [key for key in d] and len(d) == len(list(d))
d["comes"] = "last"
print(list(d)[-1], d["comes"], d["goes"])    # expect: comes last 1999

# Keys of one hash.
class Key:
    def __init__(self, name):
        self.name = name
    def __hash__(self):
        return 1
    def __eq__(self, other):
        return self.name == other.name
a, b, c = Key("a"), Key("b"), Key("c")
d = {a: 1, b: 2, c: 3}
del d[b]
d[b] = 4
del d[a]
d[a] = 5
print([key.name for key in d], d[Key("a")], d[Key("b")], d[Key("c")])    # expect: ['c', 'b', 'a'] 5 4 3
