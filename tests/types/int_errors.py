# What int's operators refuse.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

import operator
print(error(operator.truediv, 1, 0))  # expect: ZeroDivisionError: division by zero
print(error(operator.floordiv, 1, 0))
# expect: ZeroDivisionError: integer division or modulo by zero
print(error(operator.mod, 2 ** 70, 0))  # expect: ZeroDivisionError: integer modulo by zero
print(error(divmod, 1, 0))  # expect: ZeroDivisionError: integer division or modulo by zero
print(error(operator.lshift, 1, -1))  # expect: ValueError: negative shift count
print(error(operator.rshift, 1, -1))  # expect: ValueError: negative shift count
print(error(operator.lshift, 1, 2 ** 70), 0 << 2 ** 70, -1 >> 2 ** 70)
# expect: OverflowError: too many digits in integer 0 -1
print(error(pow, 0, -1))  # expect: ZeroDivisionError: 0.0 cannot be raised to a negative power
print(error(pow, 2, 2, 0))  # expect: ValueError: pow() 3rd argument cannot be 0
print(error(pow, 2, -1, 4))  # expect: ValueError: base is not invertible for the given modulus
print(error(operator.truediv, 10 ** 400, 3))
# expect: OverflowError: integer division result too large for a float
print(error(operator.mul, 10 ** 400, 1.0))
# expect: OverflowError: int too large to convert to float
print(error(float, 10 ** 400))  # expect: OverflowError: int too large to convert to float
print(error(operator.add, 1, "a"))
# expect: TypeError: unsupported operand type(s) for +: 'int' and 'str'
print(error(operator.and_, 1, 1.0))
# expect: TypeError: unsupported operand type(s) for &: 'int' and 'float'
print(error(operator.lt, 1, "a"))
# expect: TypeError: '<' not supported between instances of 'int' and 'str'
print(error(int.__new__, bool, 1))
# expect: TypeError: int.__new__(bool) is not safe, use bool.__new__()
