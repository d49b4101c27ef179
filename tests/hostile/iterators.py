"""Iterators of every kind, shared; generators, coroutines and asynchronous generators."""
import asyncio
import itertools
import operator
import sys
import types

from _hostile import Arena, Disturber, Shared, drain, methods, number, target, value


def numbers(r):
    return r.choice((
        lambda: [1, 2, 3], lambda: range(r.randrange(8)), lambda: [value(r) for _ in range(5)], lambda: "abc",
        lambda: iter([3, 4, 5]), lambda: (i for i in range(4)), lambda: {1: 2, 3: 4}, lambda: {5, 6},
        lambda: Disturber(3), lambda: itertools.islice(itertools.count(), 50), lambda: ()))()


def predicate(r):
    return r.choice((None, bool, lambda x: r.random() < 0.5, Disturber(1), repr))


MAKERS = [
    lambda r: iter(numbers(r)), lambda r: enumerate(numbers(r), number(r)), lambda r: enumerate(numbers(r), 2**70),
    lambda r: zip(numbers(r), numbers(r)), lambda r: zip(numbers(r), numbers(r), strict=True),
    lambda r: map(Disturber(2), numbers(r), numbers(r)), lambda r: map(str, numbers(r)),
    lambda r: filter(predicate(r), numbers(r)), lambda r: reversed([1, 2, 3]), lambda r: iter(Disturber(4), 4),
    lambda r: iter(range(2**70, 2**70 + 5)), lambda r: reversed(range(10)), lambda r: iter(b"abc"), lambda r: iter("a\u20acb"),
    lambda r: itertools.accumulate(numbers(r), r.choice((operator.add, Disturber(1), None))),
    lambda r: itertools.accumulate(numbers(r), initial=1),
    lambda r: itertools.batched(numbers(r), 2) if hasattr(itertools, "batched") else iter(()),
    lambda r: itertools.chain(numbers(r), numbers(r)), lambda r: itertools.chain.from_iterable(numbers(r)),
    lambda r: itertools.combinations(r.choice(("abcd", [1, 2, 3])), r.randrange(4)),
    lambda r: itertools.combinations_with_replacement("abc", r.randrange(4)),
    lambda r: itertools.compress(numbers(r), numbers(r)), lambda r: itertools.count(number(r), r.choice((1, 0.5, 2**70))),
    lambda r: itertools.count(2**47 - 3), lambda r: itertools.cycle(numbers(r)), lambda r: itertools.islice(itertools.cycle(numbers(r)), 60), lambda r: itertools.dropwhile(predicate(r), numbers(r)),
    lambda r: itertools.filterfalse(predicate(r), numbers(r)), lambda r: itertools.groupby(numbers(r), predicate(r)),
    lambda r: itertools.islice(numbers(r), r.randrange(5)), lambda r: itertools.islice(numbers(r), 0, None, 2),
    lambda r: itertools.pairwise(numbers(r)), lambda r: itertools.permutations("abc", r.randrange(4)),
    lambda r: itertools.product("ab", numbers(r) if r.random() < 0.3 else "cd", repeat=r.randrange(3)),
    lambda r: itertools.repeat(1, r.randrange(8)), lambda r: itertools.starmap(Disturber(1), [(1, 2)] * 5),
    lambda r: itertools.takewhile(predicate(r), numbers(r)), lambda r: itertools.tee(numbers(r))[0],
    lambda r: itertools.zip_longest(numbers(r), numbers(r), fillvalue=3),
]


@target
def builtin_iterators(r):
    shared = [r.choice(MAKERS)(r) for _ in range(3)]
    # An iterator over the others, so that they are advanced from two sides.
    shared.append(itertools.chain(shared[0], shared[1]))
    shared.append(zip(shared[0], shared[0], shared[2]))

    def renew(r):
        shared[r.randrange(3)] = r.choice(MAKERS)(r)

    def step(r):
        next(r.choice(shared))

    def reduce(r):
        make, *rest = r.choice(shared).__reduce__()
        again = make(*rest[0])
        if len(rest) > 1 and rest[1] is not None:
            again.__setstate__(rest[1])
        drain(again, 20)

    def groups(r):
        for _, group in itertools.islice(r.choice(shared), 5):
            shared[r.randrange(3)] = group
            next(group)

    return Shared([
        renew, *[step] * 12, reduce, groups, lambda r: drain(r.choice(shared), 30),
        lambda r: methods(lambda: r.choice(shared), leave_out=("__setstate__",))(r),
        lambda r: r.choice(shared).__length_hint__(), lambda r: r.choice(shared).__setstate__(number(r)),
        lambda r: list(itertools.islice(r.choice(shared), 10)), lambda r: (5 in itertools.islice(r.choice(shared), 10)),
        lambda r: r.choice(shared).__copy__(), lambda r: dict(itertools.islice(r.choice(shared), 10)),
    ])


@target
def tee(r):
    shared = list(itertools.tee((Disturber(i % 4) for i in range(1000)), 3))

    def copy(r):
        shared[r.randrange(3)] = r.choice(shared).__copy__()

    def renew(r):
        shared[r.randrange(3)] = itertools.tee(numbers(r))[0]

    return Shared([lambda r: next(r.choice(shared)), lambda r: next(r.choice(shared)), copy, renew,
                   lambda r: drain(r.choice(shared), 50), lambda r: methods(lambda: r.choice(shared))(r)])


@target
def groupby(r):
    def by_turns(item):
        Arena.disturb()
        return item

    shared = [itertools.groupby(itertools.cycle([1, 1, 2, 3, 3, 3]), r.choice((None, str, by_turns)))]
    groups = [iter(())]

    def group(r):
        shared_key, inner = next(shared[0])
        groups.append(inner)
        del groups[:-4]

    return Shared([group, group, lambda r: next(r.choice(groups)), lambda r: next(r.choice(groups)),
                   lambda r: drain(r.choice(groups), 9), lambda r: methods(lambda: shared[0])(r),
                   lambda r: methods(lambda: r.choice(groups))(r)])


def generator(r, depth=0):
    try:
        received = yield 1
        for i in range(r.randrange(8)):
            try:
                Arena.disturb()
                received = yield (i, received)
            except ValueError as error:
                received = yield error
            finally:
                Arena.disturb()
        if depth < 2:
            received = yield from generator(r, depth + 1)
        with Disturber(1):
            yield from [1, 2, received]
        return received
    finally:
        Arena.disturb()


@target
def generators(r):
    shared = [generator(r) for _ in range(2)]
    get = lambda: shared[r.randrange(2)]

    def renew(r):
        shared[r.randrange(2)] = r.choice((lambda: generator(r), lambda: (x for x in shared[0]),
                                           lambda: (y for x in range(3) for y in shared[1])))()

    def inspect(r):
        item = r.choice(shared)
        frame = item.gi_frame
        return (item.gi_running, item.gi_yieldfrom, item.gi_suspended, item.gi_code, repr(item),
                frame and (frame.f_locals, frame.f_lineno, frame.f_lasti, frame.f_back))

    def clear(r):
        r.choice(shared).gi_frame.clear()

    def rename(r):
        r.choice(shared).__name__ = "other"

    return Shared([
        renew, inspect, inspect, clear, rename, *[lambda r: next(r.choice(shared))] * 8,
        lambda r: r.choice(shared).send(value(r)), lambda r: r.choice(shared).throw(ValueError("x")),
        lambda r: r.choice(shared).throw(ValueError), lambda r: r.choice(shared).throw(value(r)),
        lambda r: r.choice(shared).close(), lambda r: drain(r.choice(shared)),
        lambda r: methods(lambda: r.choice(shared), leave_out=("gi_frame",))(r),
        lambda r: next(r.choice(shared).gi_yieldfrom), lambda r: list(r.choice(shared)),
    ], lambda: [item.close() for item in shared])


@types.coroutine
def pause(number):
    Arena.disturb()
    return (yield number)


class Awaitable:
    def __await__(self):
        Arena.disturb()
        yield 5
        return Disturber(3)


async def asynchronous(r):
    async with Asynchronous():
        for i in range(3):
            await pause(i)
            await Awaitable()
        async for x in counter(r):
            await pause(x)
    return [x async for x in counter(r)]


class Asynchronous:
    async def __aenter__(self):
        await pause(1)

    async def __aexit__(self, *details):
        await pause(2)


async def counter(r):
    try:
        for i in range(4):
            await pause(i)
            received = yield i
            Arena.disturb()
    finally:
        await pause(9)


@target
def coroutines(r):
    shared = [asynchronous(r), asynchronous(r), asynchronous(r).__await__(), pause(3), Awaitable().__await__()]

    def renew(r):
        shared[r.randrange(5)] = r.choice((lambda: asynchronous(r), lambda: asynchronous(r).__await__(),
                                           lambda: pause(1), lambda: r.choice(shared).__await__()))()

    def inspect(r):
        item = r.choice(shared)
        return item.cr_running, item.cr_frame, item.cr_await, item.cr_origin, item.cr_suspended, item.cr_frame.f_locals

    return Shared([
        renew, inspect, inspect, *[lambda r: r.choice(shared).send(None)] * 8,
        lambda r: r.choice(shared).send(value(r)), lambda r: r.choice(shared).throw(ValueError("x")),
        lambda r: r.choice(shared).close(), lambda r: drain(r.choice(shared)),
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: r.choice(shared).cr_frame.clear(),
    ])


@target
def async_generators(r):
    shared = [counter(r), (x async for x in counter(r))]
    awaits = [shared[0].asend(None), shared[0].__anext__()]

    def renew(r):
        shared[r.randrange(2)] = r.choice((lambda: counter(r), lambda: (x async for x in shared[0])))()

    def start(r):
        item = r.choice(shared)
        awaits[r.randrange(2)] = r.choice((
            lambda: item.asend(None), lambda: item.asend(1), lambda: item.__anext__(), lambda: item.aclose(),
            lambda: item.athrow(ValueError("x")), lambda: item.athrow(GeneratorExit), lambda: anext(item, 3).__await__()))()

    def inspect(r):
        item = r.choice(shared)
        return item.ag_running, item.ag_frame, item.ag_await, item.ag_code, repr(item)

    def hooks(r):
        sys.set_asyncgen_hooks(r.choice((None, lambda a: None)), r.choice((None, lambda a: None)))

    return Shared([
        renew, *[start] * 4, inspect, hooks, *[lambda r: r.choice(awaits).send(None)] * 8,
        lambda r: r.choice(awaits).throw(ValueError("x")), lambda r: r.choice(awaits).close(),
        lambda r: drain(r.choice(awaits)), lambda r: methods(lambda: r.choice(shared))(r),
        lambda r: methods(lambda: r.choice(awaits))(r), lambda r: r.choice(shared).ag_frame.clear(),
    ])


@target
def event_loop(r):
    """Each thread has a loop of its own; a queue, an event and a future belong to all."""
    queue = asyncio.Queue(3)
    event = asyncio.Event()

    async def body(r):
        async def one():
            for _ in range(3):
                kind = r.randrange(4)
                try:
                    if kind == 0:
                        queue.put_nowait(1)
                    elif kind == 1:
                        queue.get_nowait()
                    elif kind == 2:
                        event.set()
                        event.clear()
                    else:
                        await asyncio.wait_for(asyncio.sleep(0.0001), 0.001)
                except Exception:
                    pass
                await asyncio.sleep(0)
        await asyncio.gather(one(), one(), return_exceptions=True)

    return Shared([lambda r: asyncio.run(body(r))])
