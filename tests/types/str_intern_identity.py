# sys.intern gives one object for equal strings; single Latin-1 characters are always one object.
import sys
a = sys.intern("".join(["some", " ", "text"]))
b = sys.intern("".join(["some ", "text"]))
x, y = "é-b", "abc"
print(a is b, chr(233) is x[0], y[1] is x[2], y[3:] is str())
class S(str):
    pass
try:
    sys.intern(S("x"))
except TypeError as e:
    print(e)
# expect: True True True True
# expect: can't intern S
