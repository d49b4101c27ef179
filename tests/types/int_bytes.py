# to_bytes and from_bytes in both orders, signed and not.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print((1023).to_bytes(2, "big"), (1023).to_bytes(3, "little"), (5).to_bytes())
# expect: b'\x03\xff' b'\xff\x03\x00' b'\x05'
print((-2 ** 63).to_bytes(8, "big", signed=True), (-1).to_bytes(3, "little", signed=True))
# expect: b'\x80\x00\x00\x00\x00\x00\x00\x00' b'\xff\xff\xff'
print(int.from_bytes(b"\xff\x00", "big"), int.from_bytes(b"\xff\x00", "little"))
# expect: 65280 255
print(int.from_bytes(b"\xff" * 20, "big", signed=True), int.from_bytes([1, 2, 3], "big"))
# expect: -1 66051
for n in (0, 1, -1, 127, 128, -128, -129, 2 ** 64, -(2 ** 64), 3 ** 100, -(3 ** 100)):
    size = n.bit_length() // 8 + 1
    for order in ("big", "little"):
        assert int.from_bytes(n.to_bytes(size, order, signed=True), order, signed=True) == n
print(error((256).to_bytes, 1, "big"))  # expect: OverflowError: int too big to convert
print(error((-1).to_bytes, 1, "big"))
# expect: OverflowError: can't convert negative int to unsigned
print(error((128).__class__.to_bytes, -129, 1, "big"))
# expect: OverflowError: can't convert negative int to unsigned
print(error((1).to_bytes, -1, "big"))  # expect: ValueError: length argument must be non-negative
print(error((1).to_bytes, 1, "middle"))
# expect: ValueError: byteorder must be either 'little' or 'big'
print(error(int.from_bytes, "text", "big"))
# expect: TypeError: cannot convert 'str' object to bytes
class Int(int): pass
print(type(Int.from_bytes(b"\x01", "big")).__name__)  # expect: Int
