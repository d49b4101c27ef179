# float() of text.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(float(" 1.5\n"), float("1_000.5"), float("-.5e-3"), float("5."), float("١.٥"), float(b"2.5"))
# expect: 1.5 1000.5 -0.0005 5.0 1.5 2.5
print(float("inf"), float("-Infinity"), float("NaN"), float("1e400"), float("-1e-400"))
# expect: inf -inf nan inf -0.0
print(float("2.4703282292062328e-324"), float("2.4703282292062327e-324"), float("9007199254740993"))
# expect: 5e-324 0.0 9007199254740992.0
print(float(True), float(2 ** 1023), float())  # expect: 1.0 8.98846567431158e+307 0.0
for text in ("", "x", "1__0", "1_", "_1", "1e", "0x10", ".", "1.5.5", "in f", "1\0"):
    print(error(float, text))
# expect: ValueError: could not convert string to float: ''
# expect: ValueError: could not convert string to float: 'x'
# expect: ValueError: could not convert string to float: '1__0'
# expect: ValueError: could not convert string to float: '1_'
# expect: ValueError: could not convert string to float: '_1'
# expect: ValueError: could not convert string to float: '1e'
# expect: ValueError: could not convert string to float: '0x10'
# expect: ValueError: could not convert string to float: '.'
# expect: ValueError: could not convert string to float: '1.5.5'
# expect: ValueError: could not convert string to float: 'in f'
# expect: ValueError: could not convert string to float: '1\x00'
print(error(float, []))
# expect: TypeError: float() argument must be a string or a real number, not 'list'
print(error(float, b"x"))  # expect: ValueError: could not convert string to float: b'x'
print(error(float, 10 ** 309))  # expect: OverflowError: int too large to convert to float
class F(float): pass
print(F("1.5"), type(F(1) + 1).__name__, F(2.5).__class__.__name__, F(3) == 3, hash(F(3)))
# expect: 1.5 float F True 3
class Other:
    def __float__(self):
        return 2.5
print(float(Other()))  # expect: 2.5
