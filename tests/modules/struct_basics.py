# struct: packing and unpacking in all orders and sizes.
import struct
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(struct.pack(">bBhHiIlLqQ", -1, 255, -2, 65535, -3, 2 ** 32 - 1, -4, 5, -6, 2 ** 64 - 1).hex())
# expect: fffffffefffffffffffdfffffffffffffffc00000005fffffffffffffffaffffffffffffffff
print(struct.pack("<hIq", -2, 7, -(2 ** 63)).hex(), struct.pack("@bi", 1, 2).hex(), struct.pack("=bi", 1, 2).hex(), struct.calcsize("@bqb"), struct.calcsize("b0q"))
# expect: feff070000000000000000000080 0100000002000000 0102000000 17 8
print(struct.pack("<efd", 1.5, 0.1, 0.1).hex(), struct.unpack("<efd", struct.pack("<efd", 1.5, 0.1, 0.1)), struct.pack(">?c3s5p", 1, b"x", b"abcd", b"ab"))
# expect: 003ecdcccc3d9a9999999999b93f (1.5, 0.10000000149011612, 0.1) b'\x01xabc\x02ab\x00\x00'
print(struct.unpack(">3h2x2sP"[:-1], b"\0\1\xff\xff\0\3..ab"), struct.unpack("<5p", b"\x02abcd"), struct.unpack("?", b"\2"), struct.unpack("0s2c", b"ab"))
# expect: (1, -1, 3, b'ab') (b'ab',) (True,) (b'', b'a', b'b')
s = struct.Struct(b"<hh")
print(s.format, s.size, s.pack(1, 2), s.unpack(b"\1\0\2\0"), s.unpack_from(b"..\1\0\2\0", 2), list(s.iter_unpack(b"\1\0\2\0\3\0\4\0")))
# expect: <hh 4 b'\x01\x00\x02\x00' (1, 2) (1, 2) [(1, 2), (3, 4)]
b = bytearray(6)
struct.pack_into("<hh", b, 1, -1, 5)
print(b, struct.unpack_from("<h", b, offset=-3), type(struct.iter_unpack("b", b"ab")).__name__)
# expect: bytearray(b'\x00\xff\xff\x05\x00\x00') (5,) unpack_iterator
for call in (("i",), ("z", 1), ("b", 300), ("B", -1), ("h", 1 << 20), ("<i", 1 << 40), (">H", 70000), ("q", 1 << 70), ("I", "a"), ("f", "a"), ("<f", 1e40), ("e", 1e6),
             ("c", "a"), ("s", 1), ("3",), (1,), ("99999999999999999999b",), ("b", 1.5)):
    print(call, error(struct.pack, *call))
# expect: ('i',) error: pack expected 1 items for packing (got 0)
# expect: ('z', 1) error: bad char in struct format
# expect: ('b', 300) error: byte format requires -128 <= number <= 127
# expect: ('B', -1) error: ubyte format requires 0 <= number <= 255
# expect: ('h', 1048576) error: short format requires -32768 <= number <= 32767
# expect: ('<i', 1099511627776) error: 'i' format requires -2147483648 <= number <= 2147483647
# expect: ('>H', 70000) error: 'H' format requires 0 <= number <= 65535
# expect: ('q', 1180591620717411303424) error: argument out of range
# expect: ('I', 'a') error: required argument is not an integer
# expect: ('f', 'a') error: required argument is not a float
# expect: ('<f', 1e+40) OverflowError: float too large to pack with f format
# expect: ('e', 1000000.0) OverflowError: float too large to pack with e format
# expect: ('c', 'a') error: char format requires a bytes object of length 1
# expect: ('s', 1) error: argument for 's' must be a bytes object
# expect: ('3',) error: repeat count given without format specifier
# expect: (1,) TypeError: Struct() argument 1 must be a str or bytes object, not int
# expect: ('99999999999999999999b',) error: total struct size too long
# expect: ('b', 1.5) error: required argument is not an integer
print(error(struct.unpack, "i", b"abc"))  # expect: error: unpack requires a buffer of 4 bytes
print(error(struct.unpack_from, "i", b"abcd", 1))
# expect: error: unpack_from requires a buffer of at least 5 bytes for unpacking 4 bytes at offset 1 (actual buffer size is 4)
print(error(struct.pack_into, "i", bytearray(2), 0, 1))
# expect: error: pack_into requires a buffer of at least 4 bytes for packing 4 bytes at offset 0 (actual buffer size is 2)
print(error(struct.pack_into, "i", b"abcd", 0, 1))
# expect: TypeError: argument must be read-write bytes-like object, not bytes
print(error(struct.iter_unpack, "i", b"abc"))
# expect: error: iterative unpacking requires a buffer of a multiple of 4 bytes
print(issubclass(struct.error, Exception), struct.error)  # expect: True <class 'struct.error'>
