"""Files, buffers and text streams, closed, detached and seeked while others read and write."""
import codecs
import io
import os
import tempfile

from _hostile import Disturber, Shared, drain, look, methods, number, target, value


def position(r):
    return r.choice((0, 1, 5, 100, -1, r.randrange(40)))


def data(r):
    return r.choice((b"line\n", b"\r\n", b"\xe2\x82", b"x" * 300, bytearray(b"abc"), memoryview(b"view"), b""))


def text(r):
    return r.choice(("line\n", "\r\n", "\u20ac", "x" * 300, "\udc80", ""))


def stream_operations(get, content):
    def argument(r):
        return r.choice((position, content, value, lambda r: bytearray(8)))(r)

    return [
        methods(get, leave_out=("__init__",), arguments=argument), methods(get, leave_out=("__init__",), arguments=argument),
        lambda r: get().write(content(r)), lambda r: get().write(content(r)), lambda r: get().write(content(r)),
        lambda r: get().read(number(r)), lambda r: get().read(), lambda r: get().readline(), lambda r: get().readline(3),
        lambda r: get().readlines(5), lambda r: drain(get(), 20), lambda r: next(get()),
        lambda r: get().seek(position(r)), lambda r: get().seek(0, 2), lambda r: get().seek(get().tell()), lambda r: get().tell(),
        lambda r: get().truncate(position(r)), lambda r: get().writelines([content(r), content(r)]), lambda r: get().flush(),
        lambda r: repr(get()), lambda r: get().__init__(content(r)),
    ]


@target
def BytesIO(r):
    shared = [io.BytesIO(b"start\n" * 5)]
    get = lambda: shared[0]
    views = []

    def renew(r):
        shared[0] = io.BytesIO(data(r))

    def view(r):
        views.append(get().getbuffer())
        views[-1][0] = 65
        if len(views) > 2:
            views.clear()

    def release(r):
        views.pop().release()

    return Shared(stream_operations(get, data) + [
        renew, view, release, release, lambda r: get().getvalue(), lambda r: get().readinto(bytearray(5)),
        lambda r: get().readinto(views[-1]), lambda r: get().close() if r.random() < 0.2 else None,
        lambda r: get().__setstate__((data(r), position(r), None)), lambda r: get().__getstate__(),
        lambda r: setattr(get(), "attribute", 1), lambda r: bytes(views[-1]),
    ], None, lambda: get().tell() > 5000 and renew(None))


@target
def StringIO(r):
    shared = [io.StringIO("start\n" * 5)]
    get = lambda: shared[0]

    def renew(r):
        shared[0] = io.StringIO(text(r), newline=r.choice((None, "", "\n", "\r\n")))

    return Shared(stream_operations(get, text) + [
        renew, lambda r: get().getvalue(), lambda r: get().close() if r.random() < 0.2 else None,
        lambda r: get().__setstate__((text(r), "\n", position(r), None)), lambda r: get().__getstate__(),
        lambda r: get().newlines, lambda r: get().line_buffering,
    ], None, lambda: get().tell() > 5000 and get().close())


class Raw(io.RawIOBase):
    """A raw stream that disturbs its owner, and lies about what it did.

    It disturbs no other stream: threads that each hold one and want the other would wait for ever, on every
    Python."""
    def __init__(self, r):
        self.r = r
        self.owner = None

    def disturb(self):
        owner, r = self.owner, self.r
        if owner is None or r.random() < 0.7:
            return
        try:
            r.choice((
                lambda: owner.read(2), lambda: owner.write(b"abc"), lambda: owner.flush(), lambda: owner.seek(0), lambda: owner.detach(),
                lambda: owner.close(), lambda: owner.tell(), lambda: owner.__init__(bounded(r)), lambda: repr(owner), lambda: owner.peek(),
                lambda: owner.truncate(), lambda: owner.readline()))()
        except Exception:
            pass

    def readable(self):
        return True

    writable = seekable = readable

    def readinto(self, target):
        self.disturb()
        if self.r.random() < 0.2:
            return self.r.choice((None, 0, -1, 10**6, "x", 2**70))
        n = min(len(target), 9)
        target[:n] = b"some\ndata"[:n]
        return n

    def write(self, what):
        self.disturb()
        if self.r.random() < 0.1:
            return self.r.choice((None, 0, -1, 10**6, "x"))
        return len(what)

    def seek(self, where, whence=0):
        self.disturb()
        return self.r.choice((where, where, where, -1, "x", 2**70))

    def tell(self):
        return self.r.choice((0, 5, 10, -5, 2**70))


def temporary(r):
    handle, name = tempfile.mkstemp(dir=".")
    os.write(handle, b"first line\nsecond \xe2\x82\xac line\r\n" * 4)
    os.unlink(name)
    return handle


def file_of(r, size=None):
    """A raw stream: a file that belongs to it alone, or a Raw."""
    if r.random() < 0.5:
        return Raw(r)
    return io.FileIO(temporary(r), "r+")


def shared_streams(make, content, more):
    def build(r):
        shared = [make(r)]
        get = lambda: shared[0]

        def renew(r):
            old, shared[0] = shared[0], make(r)
            old.close()

        def detach(r):
            get().detach()
            renew(r)

        # No end of a Raw: reading to the end would never finish.
        operations = [operation for operation in stream_operations(get, content)]
        return Shared(operations + [renew, detach, lambda r: get().raw, lambda r: get().buffer, lambda r: get().closed,
                                    lambda r: get().name, lambda r: get().mode, lambda r: get().fileno()]
                      + more(get), lambda: shared[0].close() if not Raw.__subclasshook__ else None)
    return build


def bounded(r):
    """As file_of, but it has an end."""
    raw = file_of(r)
    if isinstance(raw, Raw):
        left = [r.randrange(400)]
        readinto = raw.readinto

        def limited(target):
            left[0] -= 1
            return readinto(target) if left[0] > 0 else 0
        raw.readinto = limited
    return raw


BUFFERED = lambda get: [
    lambda r: get().peek(3), lambda r: get().read1(4), lambda r: get().readinto(bytearray(7)),
    lambda r: get().readinto1(bytearray(300)), lambda r: get().__init__(bounded(r), r.choice((1, 16, 8192))),
    lambda r: get().close() if r.random() < 0.1 else None,
]
for kind in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
    def build(r, kind=kind):
        def make(r):
            raw = bounded(r)
            stream = kind(raw, r.choice((1, 16, 8192)))
            if isinstance(raw, Raw):
                raw.owner = stream
            return stream
        return shared_streams(make, data, BUFFERED)(r)
    build.__name__ = kind.__name__
    target(build)


@target
def BufferedRWPair(r):
    return shared_streams(lambda r: io.BufferedRWPair(bounded(r), bounded(r), 16), data, BUFFERED)(r)


@target
def FileIO(r):
    shared = [io.FileIO(temporary(r), "r+")]
    get = lambda: shared[0]

    def renew(r):
        old, shared[0] = shared[0], io.FileIO(temporary(r), "r+")
        old.close()

    return Shared([operation for operation in stream_operations(get, data)][2:-1] + [
        renew, lambda r: get().close(), lambda r: get().readall(), lambda r: get().readinto(bytearray(9)),
        lambda r: get().isatty(), lambda r: get().fileno(),
    ], lambda: shared[0].close())


@target
def TextIOWrapper(r):
    def make(r):
        raw = r.choice((lambda: io.BytesIO(b"one\r\ntwo\rthree\n\xe2\x82\xac" * 5),
                        lambda: io.BufferedRandom(bounded(r), 16)))()
        return io.TextIOWrapper(raw, r.choice(("utf-8", "latin1", "utf-16", "utf-8-sig", "cp932", "utf-7")),
                                r.choice(("strict", "replace", "ignore", "surrogateescape")),
                                r.choice((None, "", "\n", "\r\n", "\r")))

    def more(get):
        return [
            lambda r: get().reconfigure(encoding=r.choice((None, "latin1", "utf-8")), newline=r.choice((None, "\n")),
                                        line_buffering=r.choice((None, True, Disturber(2)))),
            lambda r: get().newlines, lambda r: get().encoding, lambda r: get().errors, lambda r: get().buffer.read(3),
            lambda r: get().buffer.seek(0), lambda r: setattr(get(), "_CHUNK_SIZE", r.choice((1, 2, 100, 0, -1, 2**70))),
            lambda r: print(value(r), file=get()), lambda r: print(1, file=get(), flush=True),
            lambda r: get().__init__(io.BytesIO(data(r)), "utf-8"), lambda r: get().close() if r.random() < 0.1 else None,
            lambda r: get().buffer.close() if r.random() < 0.1 else None,
        ]
    return shared_streams(make, text, more)(r)


@target
def newline_decoders(r):
    shared = [io.IncrementalNewlineDecoder(r.choice((None, codecs.getincrementaldecoder("utf-8")("replace"))), True),
              codecs.getincrementaldecoder("utf-16")("replace"), codecs.getincrementaldecoder("utf-8")("replace"),
              codecs.getincrementalencoder("utf-16")("replace"), codecs.getincrementaldecoder("cp932")("replace"),
              codecs.getincrementalencoder("iso2022_jp")("replace"), codecs.getincrementaldecoder("iso2022_jp")("replace"),
              codecs.StreamReader(io.BytesIO(b"abc")), codecs.getreader("gb18030")(io.BytesIO(b"abc\xff" * 9), "replace"),
              codecs.getwriter("big5")(io.BytesIO(), "replace")]

    def argument(r):
        return r.choice((data, text, value, lambda r: (b"\xe2", 1)))(r)

    return Shared([
        methods(lambda: r.choice(shared), leave_out=("__init__",), arguments=argument),
        lambda r: r.choice(shared[:3]).decode(data(r), r.random() < 0.2), lambda r: r.choice(shared[4:7]).decode(data(r)),
        lambda r: r.choice(shared).encode(text(r)), lambda r: r.choice(shared).reset(), lambda r: r.choice(shared).getstate(),
        lambda r: r.choice(shared).setstate((data(r), r.randrange(4))), lambda r: r.choice(shared).setstate(r.choice(shared).getstate()),
        lambda r: shared[0].newlines, lambda r: setattr(r.choice(shared), "errors", r.choice(("ignore", "strict", value(r)))),
        lambda r: r.choice(shared).read(3), lambda r: r.choice(shared).write(text(r)),
    ])
