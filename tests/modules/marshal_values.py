# marshal: values there and back; damaged input is refused.
import marshal
values = [None, True, False, ..., 0, 1, -1, 2**31 - 1, -2**31, 2**31, 2**40, 2**64, -2**200, 3**500,
          0.0, -0.0, 1.5, float("inf"), 1e300, 1 + 2j, "", "a", "ä", "€", "\U0001F600", "x" * 300,
          "ä" * 300, "\ud800", b"", b"abc", b"\0" * 300, (), (1,), (1, (2, (3,))), tuple(range(300)),
          [], [1, [2]], {}, {"a": 1, 2: "b"}, set(), {1, 2}, frozenset(), frozenset([1, "a"])]
for version in range(5):
    for v in values:
        back = marshal.loads(marshal.dumps(v, version))
        if back != v or type(back) is not type(v):
            print("differs", version, repr(v), repr(back))
l = []
l.append(l)
back = marshal.loads(marshal.dumps(l))
print(back[0] is back)
shared = [1]
back = marshal.loads(marshal.dumps((shared, shared)))
print(back[0] is back[1])
code = compile("a = 1 + b", "file", "exec")
names = {"b": 41}
exec(marshal.loads(marshal.dumps(code)), names)
print(names["a"])
for bad in object(), ValueError, print, [object()], type("I", (int,), {})(5):
    try:
        marshal.dumps(bad)
    except ValueError as e:
        print(e)
deep = []
for _ in range(3000):
    deep = [deep]
try:
    marshal.dumps(deep)
except ValueError as e:
    print(e)
try:
    marshal.loads(b"[\x01\0\0\0" * 100000 + b"N")
except (ValueError, EOFError) as e:
    print(e)
data = marshal.dumps([(1, "a", b"x"), {"k": 2.5}, frozenset([1]), 2**100, "ä", [None]])
for i in range(len(data)):
    try:
        marshal.loads(data[:i])
    except (EOFError, ValueError, TypeError):
        pass
    for change in 0, 1, 0x7F, 0x80, 0xFF:
        damaged = bytearray(data)
        damaged[i] = change
        try:
            marshal.loads(damaged)
        except (EOFError, ValueError, TypeError, MemoryError):
            pass
for bad in b"", b"?", b"r\0\0\0\0", b"l\x01\0\0\0\0\0", b"(\xff\xff\xff\xff", b"(\xff\xff\xff\x7f", b"[\x01\0\0\0" b"0":
    try:
        marshal.loads(bad)
    except (EOFError, ValueError, TypeError) as e:
        print(type(e).__name__, e)

# expect: True
# expect: True
# expect: 42
# expect: unmarshallable object
# expect: unmarshallable object
# expect: unmarshallable object
# expect: unmarshallable object
# expect: unmarshallable object
# expect: object too deeply nested to marshal
# expect: recursion limit exceeded
# expect: EOFError EOF read where object expected
# expect: ValueError bad marshal data (unknown type code)
# expect: ValueError bad marshal data (invalid reference)
# expect: ValueError bad marshal data (unnormalized long data)
# expect: ValueError bad marshal data (tuple size out of range)
# expect: EOFError EOF read where object expected
# expect: TypeError NULL object in marshal data for list
