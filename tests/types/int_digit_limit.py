# Conversions between int and decimal text have a limit, which sys can change; other bases have none.
import sys
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(sys.get_int_max_str_digits())  # expect: 4300
print(error(int, "1" * 4301))
# expect: ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit
print(error(str, 10 ** 4300))
# expect: ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
print(len(str(10 ** 4299)), len(hex(10 ** 4300)), int("f" * 5000, 16).bit_length())
# expect: 4300 3574 20000
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)))  # expect: 5001
sys.set_int_max_str_digits(4300)
