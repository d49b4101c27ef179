# Classes derived from int keep their value and their attributes; operators give exact ints.
class Int(int):
    def __new__(cls, value, note=""):
        self = super().__new__(cls, value)
        self.note = note
        return self
    def __repr__(self):
        return f"Int({int(self)})"

for value in (0, 1, -5, 2 ** 48, -(2 ** 100)):
    n = Int(value, "kept")
    assert n == value and hash(n) == hash(value) and n.note == "kept"
    assert type(n + 0) is int and type(+n) is int and type(n.real) is int and n + 0 == value
    assert {value: 1}[n] == 1 and n.__int__() == value and str(int(n)) == str(value)
print(Int(7), [Int(7)][0] + 1, f"{Int(255):x}", "%d" % Int(3))  # expect: Int(7) 8 ff 3
print([10, 20, 30][Int(1)], "ab" * Int(2), range(5)[Int(3)])  # expect: 20 abab 3
class Index:
    def __index__(self):
        return 2 ** 70
print(int(Index()), hex(Index()), float(Index()))
# expect: 1180591620717411303424 0x400000000000000000 1.1805916207174113e+21
class Bad:
    def __int__(self):
        return "no"
try:
    int(Bad())
except TypeError as e:
    print(e)  # expect: __int__ returned non-int (type str)
print(isinstance(True, int), issubclass(bool, int), int(True), True.real, bool.__mro__)
# expect: True True 1 1 (<class 'bool'>, <class 'int'>, <class 'object'>)
