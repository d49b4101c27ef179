"""Objects of modules that stand for something outside of the heap: databases, parsers, memory maps, signals, the
collector and the trace functions."""
import functools
import gc
import io
import lzma
import mmap
import os
import pickle
import select
import signal
import sqlite3
import ssl
import sys
import tempfile
import threading
import tracemalloc
import _lsprof
from xml.parsers import expat

from _hostile import Arena, Disturber, Shared, drain, index, key, methods, number, target, value


@target
def mmaps(r):
    def make(size):
        with tempfile.TemporaryFile(dir=".") as file:
            file.truncate(size)
            return mmap.mmap(file.fileno(), size)
    shared = [make(4096)]
    views = []
    get = lambda: shared[0]

    def renew(r):
        old, shared[0] = shared[0], make(r.choice((1, 4096, 10000)))
        old.close()

    def view(r):
        views.append(memoryview(get()))
        views[-1][0] = 3
        del views[:-2]

    def release(r):
        while views:
            views.pop().release()

    def argument(r):
        return r.choice((number(r), b"ab", bytearray(b"xyz"), value(r), 4000, -1))

    return Shared([
        renew, view, view, release, release, lambda r: get()[index(r)], lambda r: get().__setitem__(index(r), r.choice((b"a", 3, b"abcd"))),
        lambda r: get().write(b"line\n" * 5), lambda r: get().readline(), lambda r: get().read(number(r)), lambda r: get().seek(argument(r), r.randrange(3)),
        lambda r: get().find(b"line"), lambda r: get().rfind(b"n", argument(r)), lambda r: get().move(5, 1, r.randrange(50)), lambda r: get().flush(),
        lambda r: get().resize(r.choice((100, 4096, 9000))), lambda r: get().close() if r.random() < 0.2 else None, lambda r: len(get()), lambda r: get().tell(),
        lambda r: get().read_byte(), lambda r: get().write_byte(r.randrange(256)), lambda r: bytes(get()[:20]), lambda r: repr(get()),
        lambda r: methods(get, arguments=argument)(r), lambda r: bytes(views[-1][:9]), lambda r: get().madvise(mmap.MADV_NORMAL), lambda r: drain(get(), 9),
    ], lambda: release(r))


@target
def lzma_streams(r):
    packed = lzma.compress(b"some text that is packed" * 50)
    raw = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    make = (lambda: lzma.LZMACompressor(preset=0), lzma.LZMADecompressor, lambda: lzma.LZMADecompressor(memlimit=10**6),
            lambda: lzma.LZMACompressor(lzma.FORMAT_RAW, filters=raw), lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=raw))
    shared = [item() for item in make]
    data = bytearray(b"what is packed, and grows meanwhile")

    def renew(r):
        place = r.randrange(5)
        shared[place] = make[place]()

    return Shared([
        renew, renew, lambda r: r.choice(shared).compress(data), lambda r: r.choice(shared).decompress(packed[:r.randrange(len(packed))]),
        lambda r: r.choice(shared).decompress(packed, number(r)), lambda r: r.choice(shared).decompress(data, max_length=5), lambda r: r.choice(shared).flush(),
        lambda r: (shared[1].eof, shared[1].unused_data, shared[1].needs_input, shared[1].check), lambda r: data.extend(b"more"), lambda r: data.clear(),
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: lzma.decompress(packed, memlimit=10**6),
    ], None, lambda: len(data) > 2000 and data.clear())


@target
def databases(r):
    def connect():
        database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        database.execute("create table t (a, b)")
        database.executemany("insert into t values (?, ?)", [(i, "text %d" % i) for i in range(20)])
        return database
    shared = [connect()]
    cursors = [shared[0].cursor()]
    get = lambda: shared[0]

    def renew(r):
        old, shared[0] = shared[0], connect()
        old.close()

    def cursor(r):
        cursors.append(get().cursor())
        del cursors[:-4]

    # What is called for each row does nothing else: a scan of a table that it adds to would never end.
    def functions(r):
        get().create_function("f", 1, lambda x: r.random())
        get().create_collation("c", lambda a, b: number(r))
        get().execute("select f(a), b from t order by b collate c").fetchall()

    def hooks(r):
        get().set_progress_handler(r.choice((None, lambda: r.random() < 0.01)), 20)
        get().set_trace_callback(r.choice((None, lambda text: Arena.disturb())))
        get().set_authorizer(r.choice((None, None, lambda *a: 0)))

    def settings(r):
        get().row_factory = r.choice((None, sqlite3.Row, lambda cursor, row: Arena.disturb() or row))
        get().text_factory = r.choice((str, bytes, bytearray, Disturber(1)))

    def rows(r):
        row = get().execute("select a, b from t").fetchone()
        return (row[index(r)], row == row, hash(row), drain(row), repr(row), row.keys() if isinstance(row, sqlite3.Row) else 0)

    return Shared([
        cursor, cursor, functions, hooks, settings, rows, lambda r: renew(r) if r.random() < 0.3 else None,
        lambda r: r.choice(cursors).execute("select * from t where a > ?", (r.choice((number(r), value(r))),)), lambda r: r.choice(cursors).fetchone(),
        lambda r: r.choice(cursors).fetchmany(3), lambda r: drain(r.choice(cursors), 9), lambda r: r.choice(cursors).execute("insert into t values (?, ?)", (1, value(r))),
        lambda r: r.choice(cursors).executemany("insert into t values (:a, :b)", ({"a": i, "b": Arena.disturb()} for i in range(3))),
        lambda r: r.choice(cursors).execute("delete from t where a = 1"), lambda r: r.choice(cursors).close(), lambda r: get().commit(), lambda r: get().rollback(),
        lambda r: get().execute(r.choice(("begin", "savepoint s", "release s", "no sql", ""))), lambda r: (get().total_changes, get().in_transaction),
        lambda r: (r.choice(cursors).description, r.choice(cursors).lastrowid, r.choice(cursors).rowcount), lambda r: get().iterdump(), lambda r: get().interrupt(),
        lambda r: r.choice(cursors).__init__(get()), lambda r: get().close() if r.random() < 0.05 else None,
        lambda r: methods(lambda: r.choice(cursors), leave_out=("__init__",))(r), lambda r: get().serialize(),
    ], lambda: shared[0].close())


@target
def xml_parsers(r):
    text = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY e 'text'>]><d a='1'>one &e; <!-- note --><b x='\xc3\xa9'>two</b><?p q?></d>"
    names = [name for name in dir(expat.ParserCreate()) if name.endswith("Handler")]
    shared = [expat.ParserCreate()]
    get = lambda: shared[0]

    def renew(r):
        shared[0] = expat.ParserCreate(r.choice((None, "utf-8")), r.choice((None, " ")))

    def handle(r):
        setattr(get(), r.choice(names), r.choice((None, lambda *a: Arena.disturb() and 0, lambda *a: 1)))

    return Shared([
        renew, handle, handle, handle, lambda r: get().Parse(text[:r.randrange(len(text))], False), lambda r: get().Parse(text, True),
        lambda r: get().Parse(text[r.randrange(60):], r.random() < 0.5), lambda r: get().ParseFile(io.BytesIO(text)), lambda r: get().SetBase("base"),
        lambda r: setattr(get(), r.choice(("buffer_text", "ordered_attributes", "specified_attributes", "namespace_prefixes")), r.choice((True, False, value(r)))),
        lambda r: setattr(get(), "buffer_size", r.choice((1, 100, 10000, -1))), lambda r: (get().CurrentLineNumber, get().ErrorCode, get().CurrentByteIndex),
        lambda r: get().ExternalEntityParserCreate(None), lambda r: get().GetInputContext(), lambda r: getattr(get(), r.choice(names)), lambda r: get().intern,
        lambda r: methods(get, leave_out=("Parse", "ParseFile"))(r),
    ])


@target
def tls(r):
    """Contexts, buffers and connections that never get to the end of their handshake."""
    def pair():
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        return incoming, outgoing, contexts[0].wrap_bio(incoming, outgoing, server_hostname="name")
    contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)]
    shared = [pair()]

    def renew(r):
        shared[0] = pair()

    def settings(r):
        context = r.choice(contexts)
        r.choice((
            lambda: setattr(context, "check_hostname", r.random() < 0.5), lambda: setattr(context, "verify_mode", r.choice((ssl.CERT_NONE, ssl.CERT_REQUIRED))),
            lambda: context.set_ciphers(r.choice(("ALL", "no", "HIGH"))), lambda: context.set_alpn_protocols(["a", "b"]), lambda: context.get_ciphers(),
            lambda: setattr(context, "sni_callback", r.choice((None, lambda *a: Arena.disturb()))), lambda: context.cert_store_stats(),
            lambda: setattr(context, "minimum_version", ssl.TLSVersion.TLSv1_2), lambda: context.session_stats(), lambda: context.options))()

    return Shared([
        renew, settings, settings, lambda r: shared[0][2].do_handshake(), lambda r: shared[0][2].read(9), lambda r: shared[0][2].write(b"x"),
        lambda r: shared[0][2].unwrap(), lambda r: (shared[0][2].version(), shared[0][2].cipher(), shared[0][2].pending()), lambda r: shared[0][2].getpeercert(),
        lambda r: shared[0][0].write(r.randbytes(r.randrange(50))), lambda r: shared[0][1].read(number(r)), lambda r: shared[0][0].write_eof(),
        lambda r: (shared[0][0].pending, shared[0][1].eof), lambda r: shared[0][2].get_channel_binding(), lambda r: setattr(shared[0][2], "context", r.choice(contexts)),
        lambda r: methods(lambda: shared[0][r.randrange(2)])(r),
    ])


@target
def tracing(r):
    """Trace and profile functions that come and go in all threads, while those call, raise and yield."""
    shared = []

    def trace(frame, event, argument):
        shared.append((frame, event))
        del shared[:-5]
        return trace

    def odd(frame, event, argument):
        frame.f_trace_opcodes = event == "call"
        frame.f_lineno, frame.f_locals, frame.f_back
        if event == "return":
            sys.settrace(None)
        return None if event == "exception" else odd

    def profile(frame, event, argument):
        shared.append((frame, argument))
        del shared[:-5]

    def failing(*arguments):
        sys.settrace(None)
        sys.setprofile(None)
        raise ValueError

    def work(r):
        def inner(depth):
            yield depth
            if depth:
                yield from inner(depth - 1)
            else:
                raise KeyError
        try:
            for item in inner(3):
                [x for x in (item, 2)]
        except KeyError:
            len("abc")

    def others(r):
        frame, rest = r.choice(shared)
        frame.f_trace = r.choice((None, trace, odd))
        return repr(frame), frame.f_locals, rest

    def stop():
        threading.settrace(None)
        threading.setprofile(None)
        sys.settrace(None)
        sys.setprofile(None)

    return Shared([
        *[work] * 6, others, lambda r: sys.settrace(r.choice((trace, odd, failing, None))), lambda r: sys.setprofile(r.choice((profile, failing, None))),
        lambda r: (sys.gettrace(), sys.getprofile()), lambda r: threading.settrace(r.choice((trace, None))), lambda r: threading.setprofile(r.choice((profile, None))),
        lambda r: sys.call_tracing(work, (r,)), lambda r: sys._current_frames(), lambda r: threading.Thread(target=work, args=(r,)).start(),
    ], stop)


@target
def signals(r):
    """Signals that come while threads work; their handlers run in the main thread."""
    seen = []

    def handler(number, frame):
        seen.append((number, frame.f_lineno if frame else 0))
        del seen[:-9]

    kinds = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM)
    for kind in kinds:
        signal.signal(kind, handler)
    main = threading.main_thread().ident

    def mask(r):
        signal.pthread_sigmask(r.choice((signal.SIG_BLOCK, signal.SIG_UNBLOCK)), {r.choice(kinds)})

    return Shared([
        lambda r: signal.raise_signal(r.choice(kinds)), lambda r: signal.pthread_kill(main, r.choice(kinds)), lambda r: os.kill(os.getpid(), r.choice(kinds)), mask,
        lambda r: signal.setitimer(signal.ITIMER_REAL, r.choice((0, 0.0005))), lambda r: signal.getitimer(signal.ITIMER_REAL), lambda r: signal.getsignal(r.choice(kinds)),
        lambda r: signal.sigpending(), lambda r: signal.signal(signal.SIGUSR1, handler), lambda r: [signal.Signals(i) for i in (1, 2)], lambda r: signal.valid_signals(),
        lambda r: sum(range(500)), lambda r: signal.set_wakeup_fd(-1), lambda r: select.select([], [], [], 0.0005), lambda r: signal.siginterrupt(signal.SIGUSR1, r.random() < 0.5),
    ], lambda: signal.setitimer(signal.ITIMER_REAL, 0))


@target
def collector(r):
    """What gc can tell and do, while threads make garbage with finalizers and callbacks."""
    shared = []

    class Cycle:
        def __init__(self):
            self.self = self

        def __del__(self):
            shared.append(self if r.random() < 0.1 else None)

    def callback(phase, details):
        shared.append(details["generation"])

    def garbage(r):
        for _ in range(r.randrange(20)):
            Cycle().other = [Cycle()]

    def stop():
        gc.callbacks.clear()
        gc.enable()
        gc.unfreeze()
        gc.set_debug(0)
        gc.garbage.clear()

    return Shared([
        *[garbage] * 4, lambda r: gc.collect(r.randrange(3)), lambda r: gc.disable(), lambda r: gc.enable(), lambda r: gc.callbacks.append(callback),
        lambda r: gc.callbacks.clear(), lambda r: gc.get_referrers(shared) if r.random() < 0.1 else 0, lambda r: gc.get_referents(shared, gc), lambda r: gc.is_tracked(shared),
        lambda r: len(gc.get_objects()) if r.random() < 0.1 else 0, lambda r: gc.freeze() if r.random() < 0.05 else gc.unfreeze(), lambda r: gc.get_stats(),
        lambda r: gc.set_threshold(r.choice((700, 10, 0)), 10), lambda r: gc.get_count(), lambda r: gc.is_finalized(r.choice(shared)), lambda r: shared.clear(),
        lambda r: tracemalloc.is_tracing(), lambda r: gc.get_freeze_count(), lambda r: sys.getsizeof(shared),
    ], stop, lambda: len(shared) > 200 and shared.clear())


@target
def polls(r):
    ends = list(os.pipe())
    shared = [select.poll(), select.epoll()]

    def renew(r):
        old = shared[1]
        shared[:] = select.poll(), select.epoll()
        old.close()

    def check():
        shared[1].close()
        for end in ends:
            os.close(end)

    return Shared([
        renew, lambda r: r.choice(shared).register(r.choice(ends), r.choice((1, 4, 5, value(r)))), lambda r: r.choice(shared).unregister(r.choice(ends)),
        lambda r: r.choice(shared).modify(r.choice(ends), r.choice((0, 1, 5))), lambda r: shared[0].poll(0), lambda r: shared[1].poll(0, r.choice((1, 5, -1))),
        lambda r: shared[1].closed, lambda r: shared[1].fileno(), lambda r: methods(lambda: shared[0], leave_out=("poll",))(r), lambda r: select.select(ends, ends, [], 0),
        lambda r: shared[1].close() if r.random() < 0.1 else None,
    ], check)


@target
def directories(r):
    for name in ("a", "b", "c"):
        os.makedirs(os.path.join("listed", name), exist_ok=True)
    shared = [os.scandir("listed")]
    entries = drain(os.scandir("listed"))

    def renew(r):
        shared[0] = os.scandir("listed")

    return Shared([
        renew, lambda r: next(shared[0]), lambda r: next(shared[0]), lambda r: drain(shared[0]), lambda r: shared[0].close(), lambda r: r.choice(entries).stat(),
        lambda r: (r.choice(entries).is_dir(), r.choice(entries).is_symlink(), r.choice(entries).inode()), lambda r: repr(entries), lambda r: os.fspath(r.choice(entries)),
        lambda r: r.choice(entries).stat(follow_symlinks=False), lambda r: methods(lambda: shared[0])(r), lambda r: methods(lambda: r.choice(entries))(r),
    ], lambda: shared[0].close())


@target
def caches(r):
    def answer(*arguments, **keywords):
        Arena.disturb()
        return len(arguments)
    shared = [functools.lru_cache(size, typed)(answer) for size, typed in ((0, False), (3, False), (3, True), (None, False))]
    partials = [functools.partial(answer, 1), functools.partial(functools.partial(answer, 2), 3, a=1)]
    ordering = functools.cmp_to_key(lambda a, b: Arena.disturb() or number(r))

    def call(r):
        r.choice(shared)(*[key(r) for _ in range(r.randrange(3))], **r.choice(({}, {"a": key(r)})))

    def check():
        for cache in shared:
            cache.cache_clear()
            info = cache.cache_info()
            assert info.currsize == 0 and cache(1) == 1
        info = shared[1].cache_info()
        assert info.currsize == 1, info

    return Shared([
        *[call] * 6, lambda r: r.choice(shared).cache_info(), lambda r: r.choice(shared).cache_clear() if r.random() < 0.2 else None,
        lambda r: r.choice(shared).cache_parameters(), lambda r: vars(r.choice(shared)).update(a=1), lambda r: r.choice(partials)(key(r), b=1), lambda r: repr(partials),
        lambda r: r.choice(partials).__setstate__((answer, (1,), {"a": 2}, None)), lambda r: r.choice(partials).__reduce__(), lambda r: r.choice(partials).keywords.update(c=1),
        lambda r: sorted([3, 1, 2], key=ordering), lambda r: ordering(1) < ordering(2), lambda r: functools.reduce(Disturber(1), [1, 2, 3]),
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: methods(lambda: r.choice(partials))(r),
    ], check)


class Pickled:
    def __init__(self):
        self.a = [self]

    def __reduce__(self):
        Arena.disturb()
        return Pickled, ()


@target
def picklers(r):
    """One Pickler and one Unpickler, used by all."""
    files = [io.BytesIO(), io.BytesIO(pickle.dumps([1, {"a": (2, 3)}] * 3))]
    shared = [pickle.Pickler(files[0]), pickle.Unpickler(files[1])]

    def renew(r):
        files[0] = io.BytesIO()
        shared[0] = pickle.Pickler(files[0], r.randrange(6))

    def load(r):
        files[1].seek(0)
        shared[1].load()

    def again(r):
        shared[1].__init__(io.BytesIO(files[0].getvalue()))

    def hooks(r):
        setattr(shared[0], r.choice(("persistent_id", "dispatch_table", "fast")), r.choice((lambda item: Arena.disturb(), {}, True, value(r))))
        shared[1].persistent_load = lambda item: item

    return Shared([
        renew, load, load, again, hooks, *[lambda r: shared[0].dump(r.choice((value(r), Pickled(), [Pickled()] * 3, shared)))] * 4, lambda r: shared[0].clear_memo(),
        lambda r: shared[0].memo, lambda r: setattr(shared[0], "memo", r.choice(({}, shared[0].memo))), lambda r: shared[1].memo, lambda r: setattr(shared[1], "memo", {1: 2}),
        lambda r: shared[1].load(), lambda r: shared[0].__init__(files[0], 2),
    ], None, lambda: files[0].tell() > 5000 and renew(r))


@target
def profilers(r):
    shared = _lsprof.Profiler()

    def work(r):
        sorted([3, 1, 2], key=lambda item: -item)

    def stop():
        shared.disable()
        shared.getstats()

    return Shared([
        *[work] * 4, lambda r: shared.enable(), lambda r: shared.enable(subcalls=r.random() < 0.5, builtins=r.random() < 0.5), lambda r: shared.disable(),
        lambda r: shared.clear(), lambda r: repr(shared.getstats()), lambda r: shared.__init__(r.choice((None, Disturber(2), lambda: 1)), 0.5),
    ], stop)
