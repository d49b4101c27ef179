# int() of text: signs, white space, underscores, prefixes, other scripts' digits, and what is refused.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(int(" -12_345\n"), int("0x_ff", 16), int("0b101", 0), int("0o17", 0), int("zz", 36))
# expect: -12345 255 5 15 1295
print(int("١٢٣"), int(b" 42 "), int(bytearray(b"7")), int("00", 0))  # expect: 123 42 7 0
print(int("1" * 30) == (10 ** 30 - 1) // 9)  # expect: True
print(error(int, ""))  # expect: ValueError: invalid literal for int() with base 10: ''
print(error(int, "1__0"))  # expect: ValueError: invalid literal for int() with base 10: '1__0'
print(error(int, "_1"))  # expect: ValueError: invalid literal for int() with base 10: '_1'
print(error(int, "1_"))  # expect: ValueError: invalid literal for int() with base 10: '1_'
print(error(int, "012", 0))  # expect: ValueError: invalid literal for int() with base 0: '012'
print(error(int, "12", 2))  # expect: ValueError: invalid literal for int() with base 2: '12'
print(error(int, "0x", 16))  # expect: ValueError: invalid literal for int() with base 16: '0x'
print(error(int, b"x"))  # expect: ValueError: invalid literal for int() with base 10: b'x'
print(error(int, "1", 37))  # expect: ValueError: int() base must be >= 2 and <= 36, or 0
print(error(int, 1.5, 10))  # expect: TypeError: int() can't convert non-string with explicit base
print(error(int, []))
# expect: TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'
print(error(int, float("nan")))  # expect: ValueError: cannot convert float NaN to integer
print(error(int, float("-inf")))  # expect: OverflowError: cannot convert float infinity to integer
