# Chains: causes, contexts, `from None`, cycles; and notes.
import io
import sys


def show(e):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        sys.excepthook(type(e), e, e.__traceback__)
        print(sys.stderr.getvalue().replace(__file__, "FILE"), end="")
    finally:
        sys.stderr = saved


def context():
    try:
        {}["a"]
    except KeyError:
        1 / 0


def cause():
    try:
        {}["a"]
    except KeyError as e:
        raise ValueError("caused") from e


def suppressed():
    try:
        {}["a"]
    except KeyError:
        raise ValueError("alone") from None


def in_finally():
    try:
        raise ValueError("first")
    finally:
        raise TypeError("second")


for function in context, cause, suppressed, in_finally:
    try:
        function()
    except Exception as e:
        print(type(e.__cause__).__name__, type(e.__context__).__name__, e.__suppress_context__)
        show(e)

a, b = ValueError("a"), ValueError("b")
a.__context__, b.__context__ = b, a
show(a)
a, b = ValueError("a"), ValueError("b")
a.__cause__, b.__cause__ = b, a
show(b)

e = ValueError("noted")
e.add_note("one\ntwo")
e.add_note("three")
print(e.__notes__)
show(e)
e.__notes__ = 5
show(e)
print()
e.__notes__ = [5, None]
show(e)
try:
    e.add_note(1)
except TypeError as t:
    print(t)
show(type("Class", (Exception,), {"__module__": "some.module"})("text"))
show(KeyError("quoted"))
show(Exception())
show(Exception(1, 2))


class Broken(Exception):
    def __str__(self):
        raise ZeroDivisionError


show(Broken())

# expect: NoneType KeyError False
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 17, in context
# expect:     {}["a"]
# expect:     ~~^^^^^
# expect: KeyError: 'a'
# expect:
# expect: During handling of the above exception, another exception occurred:
# expect:
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 45, in <module>
# expect:     function()
# expect:   File "FILE", line 19, in context
# expect:     1 / 0
# expect:     ~~^~~
# expect: ZeroDivisionError: division by zero
# expect: KeyError KeyError True
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 24, in cause
# expect:     {}["a"]
# expect:     ~~^^^^^
# expect: KeyError: 'a'
# expect:
# expect: The above exception was the direct cause of the following exception:
# expect:
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 45, in <module>
# expect:     function()
# expect:   File "FILE", line 26, in cause
# expect:     raise ValueError("caused") from e
# expect: ValueError: caused
# expect: NoneType KeyError True
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 45, in <module>
# expect:     function()
# expect:   File "FILE", line 33, in suppressed
# expect:     raise ValueError("alone") from None
# expect: ValueError: alone
# expect: NoneType ValueError False
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 38, in in_finally
# expect:     raise ValueError("first")
# expect: ValueError: first
# expect:
# expect: During handling of the above exception, another exception occurred:
# expect:
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 45, in <module>
# expect:     function()
# expect:   File "FILE", line 40, in in_finally
# expect:     raise TypeError("second")
# expect: TypeError: second
# expect: ValueError: b
# expect:
# expect: During handling of the above exception, another exception occurred:
# expect:
# expect: ValueError: a
# expect: ValueError: a
# expect:
# expect: The above exception was the direct cause of the following exception:
# expect:
# expect: ValueError: b
# expect: ['one\ntwo', 'three']
# expect: ValueError: noted
# expect: one
# expect: two
# expect: three
# expect: ValueError: noted
# expect: 5
# expect: ValueError: noted
# expect: 5
# expect: None
# expect: note must be a str, not 'int'
# expect: some.module.Class: text
# expect: KeyError: 'quoted'
# expect: Exception
# expect: Exception: (1, 2)
# expect: Broken: <exception str() failed>
