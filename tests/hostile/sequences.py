"""Lists, deques, arrays, bytearrays and views of them, and building of strs."""
import array
import bisect
import collections
import functools
import heapq

from _hostile import Shared, drain, index, look, methods, number, target, value


def items(r, size=20):
    return [value(r) for _ in range(r.randrange(size))]


def sequence_operations(shared):
    """What every mutable sequence can do."""
    def assign(r):
        shared[index(r)] = value(r)

    def remove(r):
        del shared[index(r)]

    return [
        methods(lambda: shared), methods(lambda: shared), assign, remove,
        lambda r: shared[index(r)],
        lambda r: shared.append(value(r)),
        lambda r: shared.extend(items(r)),
        lambda r: shared.extend(shared),
        lambda r: shared.pop(),
        lambda r: shared.insert(number(r), value(r)),
        lambda r: value(r) in shared,
        lambda r: shared.__imul__(number(r) // 3),
        lambda r: shared.__iadd__(shared),
        *look(lambda: drain(shared), lambda: drain(reversed(shared)), lambda: repr(shared),
              lambda: shared == shared, lambda: shared < shared, lambda: list(shared), lambda: tuple(shared),
              lambda: len(shared), lambda: shared + shared, lambda: shared.copy(), lambda: shared.reverse()),
    ]


def check_sequence(shared):
    length = len(shared)
    assert len(list(shared)) == length == sum(1 for _ in shared), "len is not what iteration gives"
    assert len([shared[i] for i in range(length)]) == length
    repr(shared)


@target
def list_(r):
    shared = items(r)

    def sort(r):
        shared.sort(key=r.choice((None, None, id, repr, value(r))), reverse=r.random() < 0.5)

    def slice_(r):
        shared[index(r)] = items(r)

    def unpack(r):
        first, *rest = shared
        f = [*shared, *rest]
        (lambda *a: len(a))(*shared, *f)

    operations = sequence_operations(shared) + [
        sort, sort, slice_, unpack,
        lambda r: shared.sort(key=functools.cmp_to_key(lambda a, b: shared.append(1) or r.randrange(-1, 2))),
        lambda r: heapq.heapify(shared), lambda r: heapq.heappop(shared),
        lambda r: heapq.heappush(shared, number(r)), lambda r: heapq.heapreplace(shared, number(r)),
        lambda r: heapq.nsmallest(3, shared, key=id), lambda r: heapq.merge(shared, shared),
        lambda r: bisect.bisect(shared, value(r)), lambda r: bisect.insort(shared, number(r)),
        lambda r: shared.append(shared),
        lambda r: "".join(shared), lambda r: b"".join(shared), lambda r: ",".join(map(str, shared)),
        lambda r: sum(shared), lambda r: max(shared), lambda r: min(shared, key=id), lambda r: sorted(shared, key=id),
        lambda r: any(shared), lambda r: all(shared), lambda r: bytes(shared), lambda r: bytearray(shared),
        lambda r: dict(shared), lambda r: set(shared), lambda r: zip(*shared), lambda r: "%s" % shared,
        lambda r: tuple(shared)[index(r)], lambda r: isinstance(1, tuple(shared)),
        lambda r: shared.__init__(items(r)), lambda r: max(*shared), lambda r: print(*shared, file=None, end=""),
    ]
    return Shared(operations, lambda: check_sequence(shared),
                  lambda: len(shared) > 800 and shared.clear())


@target
def list_iterators(r):
    shared = items(r)
    iterators = [iter(shared), reversed(shared), iter(shared), iter(shared.pop, 3), iter(tuple(shared))]

    def renew(r):
        iterators[r.randrange(len(iterators))] = r.choice((iter, reversed))(shared)

    def step(r):
        next(r.choice(iterators))

    def state(r):
        item = r.choice(iterators)
        make, *rest = item.__reduce__()
        again = make(*rest[0])
        if len(rest) > 1:
            again.__setstate__(rest[1])
        drain(again)

    return Shared([
        renew, step, step, state, methods(lambda: iterators[r.randrange(5)]),
        lambda r: r.choice(iterators).__setstate__(r.choice((-5, 0, 3, 2**40, -2**70))),
        lambda r: r.choice(iterators).__length_hint__(),
        lambda r: shared.append(1), lambda r: shared.clear(), lambda r: shared.extend(items(r)),
        lambda r: shared.pop(), lambda r: drain(r.choice(iterators)),
    ], lambda: check_sequence(shared), lambda: len(shared) > 800 and shared.clear())


@target
def tuples(r):
    shared = [tuple(items(r))]
    shared.append((shared, shared))
    get = lambda: shared[0]

    def renew(r):
        shared[0] = tuple(value(r) for _ in range(number(r)))

    return Shared([
        renew, methods(get), methods(get), lambda r: get()[index(r)], lambda r: hash(get()),
        lambda r: get() == shared[0], lambda r: get() < shared[0], lambda r: repr(shared[1]),
        lambda r: get() + get(), lambda r: get() * number(r), lambda r: drain(get()),
    ])


@target
def deque(r):
    bound = r.choice((None, None, 5, 0))
    shared = collections.deque(items(r), bound)
    return Shared(sequence_operations(shared) + [
        lambda r: shared.appendleft(value(r)), lambda r: shared.popleft(),
        lambda r: shared.extendleft(shared), lambda r: shared.extendleft(items(r)),
        lambda r: shared.rotate(number(r)), lambda r: shared.rotate(2**70), lambda r: shared.remove(value(r)),
        lambda r: shared.index(value(r), number(r)), lambda r: shared.count(value(r)),
        lambda r: shared.__init__(items(r), r.choice((None, 3, 5, 50))),
        lambda r: drain(r.choice(iterators)), lambda r: next(r.choice(iterators)),
        lambda r: iterators.__setitem__(r.randrange(2), iter(shared)),
    ], lambda: check_sequence(shared), lambda: len(shared) > 800 and shared.clear()) \
        if (iterators := [iter(shared), reversed(shared)]) else None


def buffer_argument(r):
    kind = r.randrange(4)
    if kind == 0:
        return r.randbytes(r.randrange(12))
    if kind == 1:
        return r.randrange(256)
    return value(r)


@target
def bytearray_(r):
    shared = bytearray(r.randbytes(30))
    views = [memoryview(shared)]

    def assign(r):
        shared[index(r)] = buffer_argument(r)

    def view(r):
        views.append(memoryview(shared)[index(r)])
        if len(views) > 3:
            for _ in range(3):
                views.pop().release()

    def through_view(r):
        r.choice(views)[index(r)] = buffer_argument(r)

    def release(r):
        while views:
            views.pop().release()
        shared.extend(b"new bytes")
        del shared[:5]

    def check():
        check_sequence(shared)
        assert bytes(shared) == b"".join(bytes((b,)) for b in shared)

    return Shared(sequence_operations(shared) + [
        methods(lambda: shared, arguments=buffer_argument), methods(lambda: shared, arguments=buffer_argument),
        methods(lambda: shared, arguments=lambda r: shared),
        assign, assign, view, view, through_view, release, release, release,
        lambda r: shared.translate(None, shared), lambda r: shared.join([shared, shared]),
        lambda r: shared.find(shared), lambda r: shared.replace(shared[:1], shared), lambda r: shared % (1, 2),
        lambda r: shared.extend(memoryview(shared)), lambda r: int(shared), lambda r: float(shared),
        lambda r: shared.__init__(buffer_argument(r)), lambda r: hash(bytes(shared)), lambda r: str(shared, "latin1"),
        lambda r: shared.decode("utf-8", "replace"), lambda r: shared.hex(":", 2), lambda r: compile(shared, "", "eval"),
    ], check, lambda: len(shared) > 800 and release(r) or len(shared) > 800 and shared.clear())


@target
def memoryview_(r):
    owner = r.choice((bytearray(r.randbytes(32)), array.array("i", range(16)), array.array("d", range(4)), b"x" * 32))
    shared = [memoryview(owner)]
    get = lambda: shared[-1]

    def derive(r):
        view = r.choice(shared)
        shared.append(r.choice((
            lambda: view[index(r)], lambda: view.cast("B"), lambda: view.cast(r.choice(("b", "i", "H", "d", "Q", "?", "c"))),
            lambda: view.toreadonly(), lambda: view.cast("B").cast("i", [2, 4]), lambda: memoryview(view)))())
        if len(shared) > 8:
            shared.pop(0)

    def release(r):
        r.choice(shared).release()

    def renew(r):
        shared.append(memoryview(owner))

    def assign(r):
        get()[r.choice((index(r), (1, 2)))] = r.choice((value(r), get(), b"abcd"))

    return Shared([
        derive, derive, derive, release, renew, renew, assign, assign,
        methods(get), methods(get), methods(get, arguments=buffer_argument),
        lambda r: get()[r.choice((index(r), (0, 1), ()))], lambda r: get() == r.choice(shared), lambda r: hash(get()),
        lambda r: drain(get()), lambda r: get().tolist(), lambda r: get().tobytes(r.choice("CFA")),
        lambda r: bytes(get()), lambda r: len(get()), lambda r: (get().nbytes, get().shape, get().strides, get().obj),
        lambda r: owner.append(1), lambda r: owner.pop(), lambda r: owner.extend(b"1234"),
        lambda r: repr(get()), lambda r: list(reversed(get())), lambda r: b"".join([get(), get()]),
    ], None, lambda: len(owner) > 800 and owner.pop())


@target
def array_(r):
    code = r.choice("bBuhHiIlLqQfd")
    shared = array.array(code)
    for _ in range(20):
        shared.append("\u20ac" if code == "u" else r.randrange(100))
    views = []

    def argument(r):
        return r.choice((number(r), "x", 1.5, shared, b"12345678", array.array(code), array.array("d", [1.0]), value(r)))

    def export(r):
        views.append(memoryview(shared))
        if len(views) > 2:
            views.clear()

    def assign(r):
        shared[index(r)] = argument(r)

    return Shared(sequence_operations(shared) + [
        methods(lambda: shared, arguments=argument), methods(lambda: shared, arguments=argument), assign, assign,
        export, lambda r: views.pop().release(), lambda r: views.clear(),
        lambda r: shared.frombytes(shared.tobytes()), lambda r: shared.fromlist(shared.tolist()),
        lambda r: shared.byteswap(), lambda r: shared.buffer_info(), lambda r: shared.remove(argument(r)),
        lambda r: shared.__reduce_ex__(number(r)), lambda r: shared.fromunicode("ab"), lambda r: shared.tounicode(),
    ], lambda: code == "u" or check_sequence(shared), lambda: len(shared) > 800 and (views.clear(), shared.__delitem__(slice(None))))


@target
def str_building(r):
    """One str that all add to, and methods of strs with the strs of others."""
    class Holder:
        text = ""
    holder = Holder()
    shared = {"text": "", 1: "\u20ac"}

    def grow(r):
        holder.text += r.choice(("a", "\xe9", "\u20ac", "\U0001f600", holder.text))
        shared["text"] += holder.text[:5]

    def local(r):
        text = holder.text
        text += "tail"
        text += text
        assert text.endswith("tail") and len(text) % 2 == 0

    def argument(r):
        return r.choice((holder.text, shared["text"], "a", "\u20ac", number(r), value(r)))

    return Shared([
        grow, grow, local, methods(lambda: holder.text, arguments=argument),
        methods(lambda: holder.text, arguments=argument), lambda r: holder.text[index(r)],
        lambda r: hash(holder.text), lambda r: holder.text == shared["text"], lambda r: f"{holder.text!r:>10}{holder}",
        lambda r: holder.text % (1, 2), lambda r: holder.text.encode("utf-16", "replace"),
        lambda r: getattr(holder, holder.text, None), lambda r: setattr(holder, holder.text[:3], 1),
    ], lambda: holder.text.encode("utf-8"), lambda: len(holder.text) > 500 and setattr(holder, "text", ""))
