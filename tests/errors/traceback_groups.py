# Exception groups are drawn as trees.
import io
import sys


def show(e):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        sys.excepthook(type(e), e, e.__traceback__)
        print(sys.stderr.getvalue().replace(__file__, "FILE"), end="")
    finally:
        sys.stderr = saved


def raised(e):
    try:
        raise e
    except BaseException as caught:
        return caught


def chained():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            raise TypeError("inner")
        except TypeError as e:
            return e


show(raised(ExceptionGroup("plain", [ValueError(1), TypeError("t")])))
show(ExceptionGroup("no traceback", [ValueError(1)]))
show(raised(ExceptionGroup("outer", [
    ExceptionGroup("inner", [raised(ValueError(1)), ExceptionGroup("deep", [OSError(2, "x")])]),
    chained(),
])))
show(ExceptionGroup("wide", [ValueError(i) for i in range(20)]))
e = ValueError("deep")
for i in range(15):
    e = ExceptionGroup(str(i), [e])
show(e)
e = ExceptionGroup("noted", [ValueError("x")])
e.add_note("a note\nof two lines")
e.exceptions[0].add_note("inside")
show(e)
try:
    try:
        raise ExceptionGroup("first", [ValueError(1)])
    except ExceptionGroup as e:
        raise ExceptionGroup("second", [TypeError(2)]) from e
except ExceptionGroup as e:
    show(e)
show(BaseExceptionGroup("base", [KeyboardInterrupt()]))

# expect:   + Exception Group Traceback (most recent call last):
# expect:   |   File "FILE", line 17, in raised
# expect:   |     raise e
# expect:   | ExceptionGroup: plain (2 sub-exceptions)
# expect:   +-+---------------- 1 ----------------
# expect:     | ValueError: 1
# expect:     +---------------- 2 ----------------
# expect:     | TypeError: t
# expect:     +------------------------------------
# expect:   | ExceptionGroup: no traceback (1 sub-exception)
# expect:   +-+---------------- 1 ----------------
# expect:     | ValueError: 1
# expect:     +------------------------------------
# expect:   + Exception Group Traceback (most recent call last):
# expect:   |   File "FILE", line 17, in raised
# expect:   |     raise e
# expect:   | ExceptionGroup: outer (2 sub-exceptions)
# expect:   +-+---------------- 1 ----------------
# expect:     | ExceptionGroup: inner (2 sub-exceptions)
# expect:     +-+---------------- 1 ----------------
# expect:       | Traceback (most recent call last):
# expect:       |   File "FILE", line 17, in raised
# expect:       |     raise e
# expect:       | ValueError: 1
# expect:       +---------------- 2 ----------------
# expect:       | ExceptionGroup: deep (1 sub-exception)
# expect:       +-+---------------- 1 ----------------
# expect:         | FileNotFoundError: [Errno 2] x
# expect:         +------------------------------------
# expect:     +---------------- 2 ----------------
# expect:     | Traceback (most recent call last):
# expect:     |   File "FILE", line 24, in chained
# expect:     |     1 / 0
# expect:     |     ~~^~~
# expect:     | ZeroDivisionError: division by zero
# expect:     | 
# expect:     | During handling of the above exception, another exception occurred:
# expect:     | 
# expect:     | Traceback (most recent call last):
# expect:     |   File "FILE", line 27, in chained
# expect:     |     raise TypeError("inner")
# expect:     | TypeError: inner
# expect:     +------------------------------------
# expect:   | ExceptionGroup: wide (20 sub-exceptions)
# expect:   +-+---------------- 1 ----------------
# expect:     | ValueError: 0
# expect:     +---------------- 2 ----------------
# expect:     | ValueError: 1
# expect:     +---------------- 3 ----------------
# expect:     | ValueError: 2
# expect:     +---------------- 4 ----------------
# expect:     | ValueError: 3
# expect:     +---------------- 5 ----------------
# expect:     | ValueError: 4
# expect:     +---------------- 6 ----------------
# expect:     | ValueError: 5
# expect:     +---------------- 7 ----------------
# expect:     | ValueError: 6
# expect:     +---------------- 8 ----------------
# expect:     | ValueError: 7
# expect:     +---------------- 9 ----------------
# expect:     | ValueError: 8
# expect:     +---------------- 10 ----------------
# expect:     | ValueError: 9
# expect:     +---------------- 11 ----------------
# expect:     | ValueError: 10
# expect:     +---------------- 12 ----------------
# expect:     | ValueError: 11
# expect:     +---------------- 13 ----------------
# expect:     | ValueError: 12
# expect:     +---------------- 14 ----------------
# expect:     | ValueError: 13
# expect:     +---------------- 15 ----------------
# expect:     | ValueError: 14
# expect:     +---------------- ... ----------------
# expect:     | and 5 more exceptions
# expect:     +------------------------------------
# expect:   | ExceptionGroup: 14 (1 sub-exception)
# expect:   +-+---------------- 1 ----------------
# expect:     | ExceptionGroup: 13 (1 sub-exception)
# expect:     +-+---------------- 1 ----------------
# expect:       | ExceptionGroup: 12 (1 sub-exception)
# expect:       +-+---------------- 1 ----------------
# expect:         | ExceptionGroup: 11 (1 sub-exception)
# expect:         +-+---------------- 1 ----------------
# expect:           | ExceptionGroup: 10 (1 sub-exception)
# expect:           +-+---------------- 1 ----------------
# expect:             | ExceptionGroup: 9 (1 sub-exception)
# expect:             +-+---------------- 1 ----------------
# expect:               | ExceptionGroup: 8 (1 sub-exception)
# expect:               +-+---------------- 1 ----------------
# expect:                 | ExceptionGroup: 7 (1 sub-exception)
# expect:                 +-+---------------- 1 ----------------
# expect:                   | ExceptionGroup: 6 (1 sub-exception)
# expect:                   +-+---------------- 1 ----------------
# expect:                     | ExceptionGroup: 5 (1 sub-exception)
# expect:                     +-+---------------- 1 ----------------
# expect:                       | ... (max_group_depth is 10)
# expect:                       +------------------------------------
# expect:   | ExceptionGroup: noted (1 sub-exception)
# expect:   | a note
# expect:   | of two lines
# expect:   +-+---------------- 1 ----------------
# expect:     | ValueError: x
# expect:     | inside
# expect:     +------------------------------------
# expect:   + Exception Group Traceback (most recent call last):
# expect:   |   File "FILE", line 49, in <module>
# expect:   |     raise ExceptionGroup("first", [ValueError(1)])
# expect:   | ExceptionGroup: first (1 sub-exception)
# expect:   +-+---------------- 1 ----------------
# expect:     | ValueError: 1
# expect:     +------------------------------------
# expect:
# expect: The above exception was the direct cause of the following exception:
# expect:
# expect:   + Exception Group Traceback (most recent call last):
# expect:   |   File "FILE", line 51, in <module>
# expect:   |     raise ExceptionGroup("second", [TypeError(2)]) from e
# expect:   | ExceptionGroup: second (1 sub-exception)
# expect:   +-+---------------- 1 ----------------
# expect:     | TypeError: 2
# expect:     +------------------------------------
# expect:   | BaseExceptionGroup: base (1 sub-exception)
# expect:   +-+---------------- 1 ----------------
# expect:     | KeyboardInterrupt
# expect:     +------------------------------------
