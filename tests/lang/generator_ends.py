# How generators and coroutines end without having run, and what StopIteration carries.
import gc
import sys
import warnings


class Answer:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(42)


def delegate():
    result = yield from Answer()
    print("result", result)


list(delegate())                        # expect: result 42
try:
    next(Answer())
except StopIteration as stop:
    print(stop.value)                   # expect: 42
print(next(Answer(), "default"))        # expect: default


def numbers(first):
    second = first + 1
    yield second


# The frame of one that was closed before it began, or cleared, keeps what it needs.
fresh = numbers([1, 2].pop())
frame = fresh.gi_frame
fresh.close()
gc.collect()
print(frame.f_locals, fresh.gi_frame)   # expect: {'first': 2} None
suspended = numbers(5)
next(suspended)
suspended.gi_frame.clear()
print(list(suspended), suspended.gi_frame)  # expect: [] None


async def never():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    coroutine = never()
    coroutine.cr_frame.clear()
    print(caught[0].message)            # expect: coroutine 'never' was never awaited
    coroutine.close()

    # The warning comes even when the function that words it is broken.
    reports = []
    sys.unraisablehook = lambda report: reports.append(report.exc_type.__name__)
    original = warnings._warn_unawaited_coroutine
    warnings._warn_unawaited_coroutine = lambda coroutine: 1 / 0
    never().cr_frame.clear()
    warnings._warn_unawaited_coroutine = original
    print(reports, caught[1].message)
    # expect: ['ZeroDivisionError'] coroutine 'never' was never awaited

class NoInstance(Exception):
    def __new__(cls):
        return cls


# What cannot be made is not thrown; what making it raised is.
fresh = numbers(1)
try:
    fresh.throw(NoInstance)
except TypeError as error:
    print("TypeError", list(fresh))     # expect: TypeError []

print(type(coroutine).send.__doc__.splitlines()[0])
# expect: send(arg) -> send 'arg' into coroutine,
