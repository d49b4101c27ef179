# open() refuses what makes no sense, with CPython's messages.
import io
def show(*args, **kwargs):
    try:
        open(*args, **kwargs)
    except Exception as error:
        print(type(error).__name__, error)
show("x", "rw")                     # expect: ValueError must have exactly one of create/read/write/append mode
show("x", "rbt")                    # expect: ValueError can't have text and binary mode at once
show("x", "q")                      # expect: ValueError invalid mode: 'q'
show("x", "rb", encoding="utf-8")   # expect: ValueError binary mode doesn't take an encoding argument
show("/nonexistent/x")              # expect: FileNotFoundError [Errno 2] No such file or directory: '/nonexistent/x'
show("/", "rb")                     # expect: IsADirectoryError [Errno 21] Is a directory: '/'
show(-5)                            # expect: ValueError negative file descriptor
show(1.5)                           # expect: TypeError expected str, bytes or os.PathLike object, not float
show("a\0b")                        # expect: ValueError embedded null byte
show("x", newline="q")              # expect: ValueError illegal newline value: 'q'
show("/dev/null", encoding="nope")  # expect: LookupError unknown encoding: nope
with open("/dev/null", "wb") as f:
    try:
        f.read()
    except io.UnsupportedOperation as error:
        print(error)                # expect: read
with open("/dev/null") as f:
    try:
        f.write("x")
    except io.UnsupportedOperation as error:
        print(error)                # expect: not writable
