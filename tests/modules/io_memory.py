# BytesIO and StringIO.
import io
b = io.BytesIO(b"one\ntwo")
print(b.readline(), b.read(1), b.tell())  # expect: b'one\n' b't' 5
b.seek(0, 2)
b.write(b"!")
print(b.getvalue())                       # expect: b'one\ntwo!'
with b.getbuffer() as view:
    view[0] = 79
    try:
        b.write(b"x" * 100)
    except BufferError as error:
        print(error)                      # expect: Existing exports of data: object cannot be re-sized
print(b.getvalue()[:3])                   # expect: b'One'
b.seek(10)
b.write(b"z")
print(b.getvalue())                       # expect: b'One\ntwo!\x00\x00z'
s = io.StringIO("a\r\nb\rc\n", newline=None)
print(list(s), s.newlines)                # expect: ['a\n', 'b\n', 'c\n'] ('\r', '\n', '\r\n')
s = io.StringIO()
s.write("latin")
s.write(" 日本 😀")
print(s.getvalue(), s.tell())             # expect: latin 日本 😀 10
s.seek(6)
print(s.read(2), s.truncate(5), s.getvalue())  # expect: 日本 5 latin
s.close()
try:
    s.read()
except ValueError as error:
    print(error)                          # expect: I/O operation on closed file
