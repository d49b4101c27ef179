# hex() and fromhex() lose nothing.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

for x in (0.0, -0.0, 1.0, 0.1, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, float("inf"), float("nan")):
    print(x.hex())
    assert x != x or float.fromhex(x.hex()) == x
# expect: 0x0.0p+0
# expect: -0x0.0p+0
# expect: 0x1.0000000000000p+0
# expect: 0x1.999999999999ap-4
# expect: 0x0.0000000000001p-1022
# expect: 0x1.0000000000000p-1022
# expect: 0x1.fffffffffffffp+1023
# expect: inf
# expect: nan
print(float.fromhex("0x.8p1"), float.fromhex(" ff "), float.fromhex("-0x1.8P-1"), float.fromhex("infinity"))
# expect: 1.0 255.0 -0.75 inf
print(float.fromhex("0x1.fffffffffffff7p1023"), float.fromhex("0x0.00000000000008p-1022"), float.fromhex("0x0.000000000000081p-1022"))
# expect: 1.7976931348623157e+308 0.0 5e-324
print(error(float.fromhex, "0x1.fffffffffffff8p1023"))
# expect: OverflowError: hexadecimal value too large to represent as a float
print(error(float.fromhex, "0x"))  # expect: ValueError: invalid hexadecimal floating-point string
print(error(float.fromhex, "1.5x"))
# expect: ValueError: invalid hexadecimal floating-point string
print((0.1).as_integer_ratio(), (-2.5).as_integer_ratio(), (1e300).is_integer(), (0.5).is_integer())
# expect: (3602879701896397, 36028797018963968) (-5, 2) True False
print(error(float("inf").as_integer_ratio))
# expect: OverflowError: cannot convert Infinity to integer ratio
print(float.__getformat__("double"))  # expect: IEEE, little-endian
