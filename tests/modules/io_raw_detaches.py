# A raw stream that closes, detaches or remakes the buffer above it in the middle of a read.
import io
class Raw(io.RawIOBase):
    action = None
    def readable(self):
        return True
    writable = seekable = readable
    def readinto(self, target):
        if self.action:
            self.action()
        target[:4] = b"abc\n"
        return 4
    def seek(self, where, whence=0):
        return 3
    def tell(self):
        return 3

def attempt(action):
    raw = Raw()
    stream = io.BufferedReader(raw)
    raw.action = lambda: action(stream)
    try:
        print(stream.readline())
    except RuntimeError as error:
        print(str(error).partition(" <")[0])
attempt(lambda stream: stream.detach())  # expect: reentrant call inside
attempt(lambda stream: stream.__init__(io.BytesIO()))  # expect: reentrant call inside
attempt(lambda stream: stream.close())  # expect: reentrant call inside

# Such a stream has lied about where it is; the position is not negative.
stream = io.BufferedReader(Raw())
print(stream.read(1), stream.tell(), stream.read(1), stream.seek(0, 1))  # expect: b'a' 0 b'b' 1

# Of text over it.
raw = Raw()
text = io.TextIOWrapper(io.BufferedReader(raw))
raw.action = lambda: text.detach()
print(repr(text.readline()))  # expect: 'abc\n'
try:
    text.readline()
except ValueError as error:
    print(error)  # expect: underlying buffer has been detached
