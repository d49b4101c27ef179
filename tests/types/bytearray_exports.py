# A bytearray that is exported cannot change its length; its bytes can change.
b = bytearray(b"abcdef")
m = memoryview(b)
for change in ("b.append(1)", "b.pop()", "del b[0]", "b[1:2] = b'xyz'", "b.clear()", "b.extend(b'12')"):
    try:
        exec(change)
    except BufferError as e:
        print(change, "-", e)
b[0] = 65
b[1:3] = b"BC"
print(bytes(m))
m[3:5] = b"DE"
print(b)
m.release()
b.append(33)
print(b)
# expect: b.append(1) - Existing exports of data: object cannot be re-sized
# expect: b.pop() - Existing exports of data: object cannot be re-sized
# expect: del b[0] - Existing exports of data: object cannot be re-sized
# expect: b[1:2] = b'xyz' - Existing exports of data: object cannot be re-sized
# expect: b.clear() - Existing exports of data: object cannot be re-sized
# expect: b.extend(b'12') - Existing exports of data: object cannot be re-sized
# expect: b'ABCdef'
# expect: bytearray(b'ABCDEf')
# expect: bytearray(b'ABCDEf!')
