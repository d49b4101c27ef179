b = b"hello \x00\xff world"
print(b, len(b), b[0], b[1:4], b[::-1], list(b[:3]), b.find(b"w"), b.split(), b.upper(), b.hex(), b.hex(" ", 2), bytes.fromhex("ff 00 61"))
print(bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(bytearray(b"x")), b"a" + b"b", b"a" * 3, b"el" in b, 104 in b, b"a" < b"b", hash(b"a") == hash(b"a"))
for bad in (lambda: bytes([256]), lambda: bytes("x"), lambda: b"a" + "a", lambda: b"abc"[9], lambda: bytes(-1), lambda: b"".join(["x"]), lambda: bytes.fromhex("zz"), lambda: b"a".find("x"), lambda: b"x"[0] == b"x" and None, lambda: bytearray(b"x").append(300), lambda: b"a".decode("ascii", "nope") + 1):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
a = bytearray(b"abcdef")
a[0] = 65; a[1:3] = b"XYZ"; a.append(33); a.extend(b"??"); del a[0]; a += b"end"; a.insert(1, 45)
print(a, a.pop(), a.pop(0), a.remove(45) if 45 in a else None, a, a.reverse(), a, bytes(a), a == bytes(a))
a[::2] = b"-" * len(a[::2]); print(a); a.clear(); print(a, bool(a))
print(b"%s %d %x %r %c %5.1f" % (b"s", 1, 255, "r", 65, 2.5), b"a,b".split(b","), b" x ".strip(), b"abc".replace(b"b", b""), b"a\nb".splitlines(), b"abc".translate(bytes.maketrans(b"a", b"z")), b"abc".translate(None, b"b"), b"ab".center(6, b"*"), b"1".zfill(3), b"aXb".swapcase(), b"x".ljust(3), b"abc".startswith(b"ab"), b"a".isalpha(), b"abcabc".count(b"a"), b"abcabc".rfind(b"a"), b"a-b".partition(b"-"))
m = memoryview(bytearray(b"0123456789"))
print(m[0], m[2:5].tobytes(), m[::2].tolist(), m.readonly, m.nbytes, m.format, m.shape, m.itemsize, len(m))
m[0] = 65; m[1:3] = b"BC"
print(m.obj, m.cast("H")[0] == int.from_bytes(b"AB", __import__("sys").byteorder), memoryview(b"ab") == b"ab", m[-1], m.tobytes()[3:], memoryview(b"x").readonly)
try:
    memoryview(b"x")[0] = 1
except TypeError as e: print(e)
try:
    m.obj.append(1)
except BufferError as e: print(e)
m.release()
try: m[0]
except ValueError as e: print(e)
print(repr(b"it's"), repr(b'"'), repr(b"\t\n\r\\'\""), bytearray(b"x'"), str(b"x"), b"\x41\101\n".decode())
import struct
print(struct.pack("<iHb3sd", -5, 65535, -1, b"ab", 1.5), struct.unpack(">I", b"\0\0\1\2"), struct.calcsize("@iq"), struct.pack("?f", True, 0.5))
