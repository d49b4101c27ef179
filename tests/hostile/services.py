"""Locks, context variables, and the native modules' objects."""
import _thread
import array
import binascii
import bz2
import collections
import contextvars
import copy
import csv
import functools
import hashlib
import hmac
import io
import json
import operator
import pickle
import queue
import random
import re
import socket
import string
import struct
import threading
import time
import zlib

from _hostile import ATOMS, Arena, Disturber, Shared, drain, index, key, methods, number, target, value


@target
def locks(r):
    shared = [threading.Lock(), threading.RLock(), threading.Semaphore(2), threading.Condition(), threading.Event(),
              threading.BoundedSemaphore(2), threading.Barrier(2, timeout=0.001)]
    lock, rlock, semaphore, condition, event, bounded, barrier = shared

    def hold(r):
        item = r.choice(shared[:4])
        if item.acquire(timeout=0.001):
            Arena.disturb()
            item.release()

    def wait(r):
        if condition.acquire(timeout=0.001):
            try:
                condition.wait(0.001)
            finally:
                condition.release()

    def notify(r):
        if condition.acquire(timeout=0.001):
            try:
                condition.notify(number(r))
            finally:
                condition.release()

    return Shared([
        hold, hold, hold, wait, notify, lambda r: lock.release(), lambda r: rlock.release(), lambda r: lock.locked(),
        lambda r: semaphore.release(), lambda r: event.wait(0.001), lambda r: event.set(), lambda r: event.clear(),
        lambda r: barrier.wait(0.001), lambda r: barrier.reset(), lambda r: rlock._release_save(), lambda r: rlock._is_owned(),
        lambda r: repr(r.choice(shared)), lambda r: lock.acquire(False), lambda r: rlock.acquire(False),
        lambda r: lock.acquire(timeout=value(r)) if r.random() < 0 else None, lambda r: bounded.release(),
        lambda r: lock._at_fork_reinit() if r.random() < 0.05 else None,
    ])


@target
def queues(r):
    shared = [queue.SimpleQueue(), queue.Queue(5), queue.LifoQueue(), queue.PriorityQueue(3)]
    return Shared([
        lambda r: r.choice(shared).put(number(r), timeout=0.001), lambda r: r.choice(shared).get(timeout=0.001),
        lambda r: r.choice(shared).get_nowait(), lambda r: r.choice(shared).put_nowait(number(r)), lambda r: r.choice(shared).qsize(),
        lambda r: r.choice(shared).empty(), lambda r: r.choice(shared[1:]).task_done(), lambda r: shared[0].get(timeout=-1),
        lambda r: shared[0].get(True, 0), lambda r: shared[0].put(value(r)),
    ])


@target
def thread_objects(r):
    """Threads that start threads, and look at them."""
    shared = []
    local = threading.local()

    def start(r):
        thread = threading.Thread(target=lambda: (setattr(local, "a", 1), Arena.shared and time.sleep(0)))
        thread.start()
        shared.append(thread)
        del shared[:-5]

    return Shared([
        start, lambda r: r.choice(shared).join(0.5), lambda r: r.choice(shared).start(), lambda r: repr(r.choice(shared)),
        lambda r: r.choice(shared).is_alive(), lambda r: threading.enumerate(), lambda r: threading.current_thread().name,
        lambda r: setattr(local, r.choice("abc"), value(r)), lambda r: local.a, lambda r: vars(local).clear(), lambda r: delattr(local, "a"),
        lambda r: _thread.start_new_thread(local.__dict__.update, (), {"x": 1}), lambda r: setattr(r.choice(shared), "name", value(r)),
        lambda r: _thread._count(), lambda r: threading.stack_size(), lambda r: setattr(r.choice(shared), "daemon", True),
    ])


@target
def context_variables(r):
    shared = [contextvars.ContextVar("v%d" % i, default=i) for i in range(3)]
    contexts = [contextvars.copy_context(), contextvars.Context()]
    tokens = []

    def inside(r):
        r.choice(shared).set(value(r))
        tokens.append(r.choice(shared).set(1))
        Arena.disturb()
        del tokens[:-5]

    def many(r):
        for i in range(r.randrange(30)):
            contextvars.ContextVar("n").set(i)

    return Shared([
        inside, lambda r: r.choice(contexts).run(inside, r), lambda r: r.choice(contexts).run(many, r), lambda r: r.choice(shared).get(),
        lambda r: r.choice(shared).reset(r.choice(tokens)), lambda r: contexts.__setitem__(r.randrange(2), contextvars.copy_context()),
        lambda r: contexts.__setitem__(0, contextvars.Context()), lambda r: drain(r.choice(contexts).items()), lambda r: len(r.choice(contexts)),
        lambda r: r.choice(contexts)[r.choice(shared)], lambda r: r.choice(contexts).copy(), lambda r: r.choice(contexts) == r.choice(contexts),
        lambda r: repr(tokens), lambda r: repr(shared), lambda r: methods(lambda: r.choice(contexts), leave_out=("run",))(r),
        lambda r: r.choice(tokens).old_value, lambda r: methods(lambda: r.choice(shared))(r), lambda r: methods(lambda: r.choice(tokens))(r),
    ])


@target
def regular_expressions(r):
    subject = "abc abc 123 \u20ac\U0001f600 key=value" * 3
    patterns = [re.compile(p) for p in (r"(\w+)\s(?P<n>\d+)?", r"(a|b)*c", r"", r"(?i)KEY=(\w*)", r"(?s).", r"(?<=a)b(?=c)")]
    shared = [re.compile(r"\w").scanner(subject), re.finditer(r"(\w)(\w)?", subject), patterns[0].scanner(bytearray(b"x") and subject)]
    matches = [patterns[1].search(subject), patterns[0].search(subject)]
    data = bytearray(b"abc abc 123" * 4)

    def renew(r):
        shared[r.randrange(3)] = r.choice((lambda: r.choice(patterns).scanner(subject), lambda: r.choice(patterns).finditer(subject)))()

    def in_bytes(r):
        matches.append(re.search(rb"(\w+) (\w+)", data))
        re.sub(rb"b", lambda m: Arena.disturb() or b"x" * 3, data)
        del data[r.randrange(len(data)):]
        data.extend(b"abc abc 123")
        del matches[:-4]

    def sub(r):
        r.choice(patterns).sub(r.choice(("x", r"\1", r"\g<n>", Disturber(1), lambda m: matches.append(m) or "y")), subject, number(r))
        del matches[:-4]

    def template(r):
        match = r.choice(matches)
        r.choice((lambda: match.expand(r"\1 \g<0>"), lambda: match.group(value(r)), lambda: match[number(r)], lambda: match.groupdict(),
                  lambda: match.span(1), lambda: match.regs, lambda: repr(match), lambda: copy.copy(match), lambda: match.lastgroup))()

    return Shared([
        renew, in_bytes, sub, template, template, lambda r: r.choice(shared).search(), lambda r: r.choice(shared).match(),
        lambda r: next(r.choice(shared)), lambda r: drain(r.choice(shared), 5), lambda r: r.choice(patterns).split(subject, number(r)),
        lambda r: r.choice(patterns).findall(subject, number(r), number(r)), lambda r: r.choice(patterns).fullmatch(value(r)),
        lambda r: methods(lambda: r.choice(matches))(r), lambda r: methods(lambda: r.choice(patterns))(r), lambda r: re.purge(),
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: re.compile("a{%d}b" % number(r)), lambda r: hash(r.choice(patterns)),
    ], None, lambda: len(data) > 500 and data.clear())


@target
def structs(r):
    shared = [struct.Struct("<ihb"), struct.Struct("3s2x?"), struct.Struct("")]
    buffer = bytearray(240)
    iterators = [shared[0].iter_unpack(buffer[:210])]

    def reinit(r):
        r.choice(shared).__init__(r.choice(("<i", "b", "10s", "<ihb", "qq", "?", "", "!d", "x" * 30, b"h", "zz", "3p")))

    return Shared([
        reinit, lambda r: r.choice(shared).pack(*[r.choice((1, b"abc", True, 1.5, value(r))) for _ in range(r.randrange(4))]),
        lambda r: shared[0].pack(1, 2, 3), lambda r: shared[0].pack(Disturber(1), Disturber(2), Disturber(3)),
        lambda r: r.choice(shared).unpack(buffer[:r.randrange(20)]), lambda r: r.choice(shared).unpack_from(buffer, number(r)),
        lambda r: r.choice(shared).pack_into(buffer, number(r), 1, 2, Disturber(3)), lambda r: next(r.choice(iterators)),
        lambda r: drain(r.choice(iterators), 5), lambda r: iterators.__setitem__(0, r.choice(shared).iter_unpack(buffer)),
        lambda r: r.choice(iterators).__length_hint__(), lambda r: (r.choice(shared).size, r.choice(shared).format),
        lambda r: buffer.extend(b"x"), lambda r: buffer.pop(), lambda r: buffer.clear(), lambda r: buffer.extend(bytes(100)),
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: methods(lambda: r.choice(iterators))(r), lambda r: struct.calcsize("%di" % number(r)),
    ], None, lambda: len(buffer) > 500 and buffer.clear())


@target
def csv_objects(r):
    lines = ["a,b,c", '"x\ny",1', "1,2;3", '"unfinished', "", "'q'"]
    rows = [[1, "a,b", None], ["\u20ac", 2.5, '"'], (), "abc"]
    output = io.StringIO()

    def source():
        while True:
            for line in lines:
                Arena.disturb()
                yield line
    shared = [csv.reader(source()), csv.reader(source(), delimiter=";", quotechar="'", quoting=csv.QUOTE_NONNUMERIC)]
    writers = [csv.writer(output), csv.writer(Writer(), lineterminator="\n", quoting=csv.QUOTE_ALL)]

    return Shared([
        *[lambda r: next(r.choice(shared))] * 4, lambda r: r.choice(writers).writerow(r.choice(rows)), lambda r: r.choice(writers).writerows(rows),
        lambda r: r.choice(writers).writerow([value(r) for _ in range(3)]), lambda r: shared.__setitem__(0, csv.reader(source(), strict=r.random() < 0.5)),
        lambda r: shared[0].line_num, lambda r: shared[0].dialect.delimiter, lambda r: csv.field_size_limit(r.choice((1, 100, 131072))),
        lambda r: csv.register_dialect("d", delimiter=r.choice((";", "|"))), lambda r: csv.reader(lines, "d"), lambda r: csv.unregister_dialect("d"),
        lambda r: csv.list_dialects(), lambda r: csv.get_dialect("excel"), lambda r: drain(r.choice(shared), 4), lambda r: csv.Sniffer().sniff("a,b\n1,2"),
        lambda r: methods(lambda: r.choice(shared), leave_out=("__init__",))(r), lambda r: methods(lambda: r.choice(writers))(r), lambda r: rows[0].append(1) or rows[0].pop(0),
    ], lambda: csv.field_size_limit(131072), lambda: output.tell() > 5000 and (output.seek(0), output.truncate()))


class Writer:
    def write(self, text):
        Arena.disturb()
        return len(text)


@target
def json_objects(r):
    shared = {"a": [1, 2, {"b": None}], "c": "\u20ac" * 5, "d": 1.5, "e": Disturber(1)}
    encoders = [json.JSONEncoder(default=lambda o: Arena.disturb()), json.JSONEncoder(indent=2, sort_keys=True, default=repr, skipkeys=True)]
    decoders = [json.JSONDecoder(), json.JSONDecoder(object_pairs_hook=lambda p: Arena.disturb() or p, parse_float=Disturber(2))]
    text = '{"a": [1, 2.5, -3e5, "x\\u20ac\\ud83d\\ude00", null, true], "b": {"a": {}}, "c": [[[]]]}'

    def change(r):
        shared[r.choice((1, "a", "f", None, 1.5, True, "c"))] = value(r)
        shared["a"].append(r.randrange(3))

    def damaged(r):
        at = r.randrange(len(text))
        r.choice(decoders).decode(text[:at] + r.choice(("", "}", "1", '"', "\\")) + text[at + 1:])

    return Shared([
        change, change, damaged, damaged, lambda r: r.choice(encoders).encode(shared), lambda r: drain(r.choice(encoders).iterencode(shared)),
        lambda r: json.dumps(shared, skipkeys=True, default=str), lambda r: r.choice(decoders).decode(text), lambda r: decoders[0].raw_decode(text, number(r)),
        lambda r: decoders[0].scan_once(text, value(r)), lambda r: setattr(r.choice(decoders), "memo", value(r)), lambda r: shared["a"].append(shared),
        lambda r: setattr(r.choice(decoders), r.choice(("object_hook", "strict", "parse_int")), value(r)), lambda r: shared.pop("a"),
        lambda r: setattr(r.choice(encoders), r.choice(("indent", "item_separator", "default", "check_circular")), r.choice((None, 1, ",", value(r)))),
        lambda r: shared["a"].clear(), lambda r: shared.__setitem__("a", []),
    ], None, lambda: len(shared) > 50 and shared.clear())


@target
def digests_and_compression(r):
    shared = [hashlib.md5(), hashlib.sha256(), hashlib.blake2b(key=b"k"), hashlib.sha3_256(), hashlib.shake_128(), hashlib.sha1(), hmac.new(b"k", b"", "sha256"),
              hashlib.sha512(), hashlib.blake2s()]
    data = bytearray(b"some data that is compressed" * 9)
    packed = zlib.compress(data)
    streams = [zlib.compressobj(), zlib.decompressobj(), bz2.BZ2Compressor(), bz2.BZ2Decompressor(), zlib.compressobj(1, zlib.DEFLATED, -15), zlib.decompressobj(-15)]

    def renew(r):
        streams[r.randrange(6)] = r.choice((zlib.compressobj, zlib.decompressobj, bz2.BZ2Compressor, bz2.BZ2Decompressor))()

    def argument(r):
        return r.choice((data, packed, b"abc", packed[:9], number(r), bz2.compress(b"x" * 50), value(r)))

    return Shared([
        lambda r: r.choice(shared).update(data), lambda r: r.choice(shared).update(b"x" * 5000), lambda r: r.choice(shared).digest(),
        lambda r: r.choice(shared).hexdigest(), lambda r: r.choice(shared).copy().digest(), lambda r: r.choice(shared).digest(9),
        lambda r: shared.__setitem__(1, shared[1].copy()), renew, lambda r: r.choice(streams).compress(argument(r)), lambda r: r.choice(streams).decompress(argument(r)),
        lambda r: r.choice(streams).decompress(argument(r), number(r)), lambda r: r.choice(streams).flush(), lambda r: r.choice(streams).flush(number(r)),
        lambda r: r.choice(streams).copy(), lambda r: (r.choice(streams).unused_data, r.choice(streams).eof), lambda r: r.choice(streams).needs_input,
        lambda r: r.choice(streams).unconsumed_tail, lambda r: methods(lambda: r.choice(shared), arguments=argument)(r), lambda r: methods(lambda: r.choice(streams), arguments=argument)(r),
        lambda r: data.extend(b"more"), lambda r: data.clear(), lambda r: zlib.crc32(data), lambda r: zlib.decompress(argument(r)), lambda r: binascii.b2a_base64(data),
    ], None, lambda: len(data) > 3000 and data.clear())


@target
def random_generators(r):
    shared = random.Random(3)
    states = [shared.getstate()]

    def check():
        shared.seed(5)
        assert shared.getrandbits(64) == random.Random(5).getrandbits(64)

    return Shared([
        lambda r: shared.random(), lambda r: shared.getrandbits(r.choice((0, 1, 31, 64, 500))), lambda r: shared.seed(value(r)), lambda r: shared.seed(3),
        lambda r: states.__setitem__(0, shared.getstate()), lambda r: shared.setstate(states[0]), lambda r: shared.setstate((3, (1, 2), None)),
        lambda r: shared.setstate((3, tuple(range(624)) + (r.choice((0, 624, 625, -1, 2**40)),), None)), lambda r: shared.gauss(0, 1),
        lambda r: shared.shuffle(states * 5), lambda r: shared.sample(range(9), 3), lambda r: shared.__reduce__(), lambda r: shared.randbytes(9),
        lambda r: shared.setstate((3, tuple([value(r)] * 624 + [5]), None)),
    ], check)


class Held:
    def __init__(self):
        self.a = 1
        self.items = [1, 2]


@target
def pickling(r):
    """Objects that are pickled, copied and compared while they change."""
    held = Held()
    shared = [held, {"a": held}, [held], {1, 2}, collections.deque([1]), bytearray(b"x"), array.array("i", [1]), collections.OrderedDict(a=1), Disturber(3)]
    texts = [pickle.dumps([1, "a", (2, 3), {"x": 1}])]

    def change(r):
        held.items.append(value(r))
        setattr(held, r.choice("abc"), number(r))
        shared[1][key(r)] = number(r)
        shared[2].append(r.choice(shared))
        shared[3].add(number(r))
        if len(held.items) > 30:
            held.items.clear()
            shared[1].clear()
            shared[2].clear()
            vars(held).pop("b", None)

    def dump(r):
        texts.append(pickle.dumps(r.choice(shared), r.randrange(6)))
        del texts[:-4]

    def damaged(r):
        text = bytearray(r.choice(texts))
        # The opcodes that look up a name are left alone: their functions could do anything.
        text[r.randrange(len(text))] = r.choice(b"]}()tNKM.abeus0q")
        pickle.loads(bytes(text))

    return Shared([
        change, change, change, dump, damaged, lambda r: pickle.loads(r.choice(texts)), lambda r: copy.deepcopy(r.choice(shared)), lambda r: copy.copy(r.choice(shared)),
        lambda r: r.choice(shared) == r.choice(shared), lambda r: repr(shared), lambda r: "{0} {0!r:>20} {1}".format(*shared), lambda r: f"{shared!s:10}{held.items}",
        lambda r: "%s %r %d" % (shared, held, Disturber(2)), lambda r: string.Formatter().format("{a.items[0]}{a}", a=held), lambda r: pickle.PickleBuffer(shared[5]).raw(),
        lambda r: shared[5].append(1), lambda r: shared[6].append(1), lambda r: str(shared), lambda r: operator.attrgetter("items.append")(held),
    ], None, lambda: (len(shared[5]) > 200 and shared[5].clear(), len(shared[6]) > 200 and shared[6].pop()))


@target
def values(r):
    """Methods of values that do not change, with arguments that do."""
    lists = [1, 2, Disturber(1)]
    shared = [1, 2**80, 1.5, 2j, "text \u20ac", b"bytes", True, None, range(9), slice(1, 2), frozenset((1, 2)), Ellipsis, NotImplemented, int, type(None),
              list[int], int | str, operator.itemgetter(1, 2), operator.attrgetter("a.b"),
              operator.methodcaller("m", 1), functools.partial(int, base=2), lists, types_of(r), object(), super, time.struct_time(range(9)), memoryview(b"abc")]

    def argument(r):
        return r.choice((value, number, lambda r: lists, lambda r: r.choice(shared), lambda r: {"a": lists}))(r)

    return Shared([
        *[lambda r: methods(lambda: r.choice(shared), arguments=argument)(r)] * 8, lambda r: lists.append(value(r)), lambda r: lists.clear(),
        lambda r: r.choice(shared)(*[argument(r) for _ in range(r.randrange(3))]) if r.random() < 0.3 else None, lambda r: r.choice(shared)[argument(r)],
        lambda r: pow(argument(r), number(r), argument(r)), lambda r: divmod(argument(r), argument(r)), lambda r: round(argument(r), argument(r)),
        lambda r: format(argument(r), r.choice(("", ">10", "x", ".3f", "^5", ",", "%"))), lambda r: int(argument(r), argument(r)), lambda r: isinstance(1, argument(r)),
        lambda r: type(argument(r), (), {}), lambda r: getattr(argument(r), argument(r), argument(r)), lambda r: "%*.*f%s" % (number(r), number(r), 1.5, lists),
    ], None, lambda: len(lists) > 50 and lists.clear())


def types_of(r):
    return collections.namedtuple("Point", "x y")(1, [2])


@target
def sockets(r):
    shared = list(socket.socketpair())
    for item in shared:
        item.settimeout(0.001)

    def renew(r):
        old = list(shared)
        shared[:] = socket.socketpair()
        for item in shared:
            item.settimeout(0.001)
        for item in old:
            item.close()

    return Shared([
        lambda r: r.choice(shared).send(b"data"), lambda r: r.choice(shared).recv(9), lambda r: r.choice(shared).recv_into(bytearray(5)), lambda r: r.choice(shared).close(), renew, renew,
        lambda r: r.choice(shared).shutdown(number(r)), lambda r: r.choice(shared).settimeout(0.001), lambda r: repr(shared), lambda r: r.choice(shared).getsockname(), lambda r: r.choice(shared).fileno(),
        lambda r: r.choice(shared).makefile("rw").write("x"),
        lambda r: r.choice(shared).sendall(b"x" * 5000), lambda r: r.choice(shared).getsockopt(1, 2), lambda r: r.choice(shared).setsockopt(1, 2, value(r)),
    ], lambda: [item.close() for item in shared])
