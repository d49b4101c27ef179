# The part of a line that failed is marked: operators, subscripts, calls, attributes.
import io
import sys


def show(function, *arguments):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        try:
            function(*arguments)
        except BaseException as e:
            sys.excepthook(type(e), e, e.__traceback__)
        print(sys.stderr.getvalue().replace(__file__, "FILE"), end="")
    finally:
        sys.stderr = saved


def divide(a, b):
    return 1 + a / b


def floor_divide(a, b):
    return (a) // b + 1


def subscript(d, key):
    return d["a"][key]["c"] + 1


def attribute(a):
    return a.b.c.d


def call(f):
    return f(1, 2)(3)


def several_lines(a):
    return a(
        1,
        2,
    )


def whole_line():
    undefined


def statement():
    raise ValueError("x" "y")


def unicode_before(a):
    return "äöü", a / 0


def comparison(a):
    if a < "x": return 1


def in_place(a):
    a += "x"


def unary(a):
    return 1, -a


def unpack(a):
    b, c = a
    return b


def assert_it(a):
    assert a == 2, "message"


def in_comprehension(a):
    return [x / 0 for x in a]


def lambda_call():
    return (lambda x: x.y)(5)


show(divide, 1, 0)
show(floor_divide, 1, 0)
show(subscript, {"a": {}}, "b")
show(attribute, 5)
show(call, lambda *a: None)
show(several_lines, None)
show(whole_line)
show(statement)
show(unicode_before, 1)
show(comparison, 1)
show(in_place, 1)
show(unary, "x")
show(unpack, (1,))
show(assert_it, 3)
show(in_comprehension, [1])
show(lambda_call)

# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 19, in divide
# expect:     return 1 + a / b
# expect:                ~~^~~
# expect: ZeroDivisionError: division by zero
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 23, in floor_divide
# expect:     return (a) // b + 1
# expect:            ~~~~^^~~
# expect: ZeroDivisionError: integer division or modulo by zero
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 27, in subscript
# expect:     return d["a"][key]["c"] + 1
# expect:            ~~~~~~^^^^^
# expect: KeyError: 'b'
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 31, in attribute
# expect:     return a.b.c.d
# expect:            ^^^
# expect: AttributeError: 'int' object has no attribute 'b'
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 35, in call
# expect:     return f(1, 2)(3)
# expect:            ^^^^^^^^^^
# expect: TypeError: 'NoneType' object is not callable
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 39, in several_lines
# expect:     return a(
# expect:            ^^
# expect: TypeError: 'NoneType' object is not callable
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 46, in whole_line
# expect:     undefined
# expect: NameError: name 'undefined' is not defined
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 50, in statement
# expect:     raise ValueError("x" "y")
# expect: ValueError: xy
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 54, in unicode_before
# expect:     return "äöü", a / 0
# expect:                   ~~^~~
# expect: ZeroDivisionError: division by zero
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 58, in comparison
# expect:     if a < "x": return 1
# expect:        ^^^^^^^
# expect: TypeError: '<' not supported between instances of 'int' and 'str'
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 62, in in_place
# expect:     a += "x"
# expect: TypeError: unsupported operand type(s) for +=: 'int' and 'str'
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 66, in unary
# expect:     return 1, -a
# expect:               ^^
# expect: TypeError: bad operand type for unary -: 'str'
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 70, in unpack
# expect:     b, c = a
# expect:     ^^^^
# expect: ValueError: not enough values to unpack (expected 2, got 1)
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 75, in assert_it
# expect:     assert a == 2, "message"
# expect:            ^^^^^^
# expect: AssertionError: message
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 79, in in_comprehension
# expect:     return [x / 0 for x in a]
# expect:            ^^^^^^^^^^^^^^^^^^
# expect:   File "FILE", line 79, in <listcomp>
# expect:     return [x / 0 for x in a]
# expect:             ~~^~~
# expect: ZeroDivisionError: division by zero
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 10, in show
# expect:     function(*arguments)
# expect:   File "FILE", line 83, in lambda_call
# expect:     return (lambda x: x.y)(5)
# expect:            ^^^^^^^^^^^^^^^^^^
# expect:   File "FILE", line 83, in <lambda>
# expect:     return (lambda x: x.y)(5)
# expect:                       ^^^
# expect: AttributeError: 'int' object has no attribute 'y'
