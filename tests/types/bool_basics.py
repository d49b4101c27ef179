# bool has two instances, which are ints; & | ^ of bools are bools.
print(True, False, repr(True), bool(), bool([]), bool("a"), bool(0.0), bool(2 ** 70))
# expect: True False True False False True False True
print(True & False, True | False, True ^ True, True & 3, 1 | False, type(True ^ 1).__name__)
# expect: False True False 1 1 int
print(True + True, True * 3, ~True, -True, True == 1, hash(True), [1, 2][True])
# expect: 2 3 -2 -1 True 1 2
print(f"{True}", f"{True:d}", f"{True:>6}", str(False), "%d" % True)
# expect: True 1      1 False 1
class No:
    def __bool__(self):
        return 1
try:
    bool(No())
except TypeError as e:
    print(e)  # expect: __bool__ should return bool, returned int
try:
    class Mine(bool): pass
except TypeError as e:
    print(e)  # expect: type 'bool' is not an acceptable base type
