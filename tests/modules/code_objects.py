# Code objects made and changed by programs: type(code)(...), equality, positions without columns.
def function(a, b=2):
    "documentation"
    try:
        return a + b
    except TypeError:
        return [a for _ in range(b)]


code = function.__code__
Code = type(code)


def parts(code):
    return [code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals,
            code.co_stacksize, code.co_flags, code.co_code, code.co_consts, code.co_names, code.co_varnames,
            code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno, code.co_linetable,
            code.co_exceptiontable, code.co_freevars, code.co_cellvars]


copy = Code(*parts(code))
print(copy == code, hash(copy) == hash(code))   # expect: True True
clone = type(function)(copy, globals(), "clone", (3,))
print(clone(4), clone("x", 2), clone.__doc__)   # expect: 7 ['x', 'x'] documentation

print(code.replace(co_exceptiontable=b"") == code, code.replace(co_linetable=b"") == code)
# expect: False False


def attempt(change, index, value):
    wrong = parts(code)
    wrong[index] = value
    try:
        Code(*wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


attempt("nlocals", 3, 1)            # expect: ValueError code: co_nlocals != len(co_varnames)
attempt("stacksize", 4, 1)          # expect: ValueError code: the parts do not fit
attempt("code", 6, b"\xff" * 8)     # expect: ValueError code: co_code is malformed
attempt("code", 6, code.co_code[:8] + b"\xff" * 8)  # expect: ValueError code: the parts do not fit
attempt("code", 6, b"abc")          # expect: ValueError code: co_code is malformed
attempt("consts", 7, [])            # expect: TypeError code() argument 'co_consts' must be tuple, not list
attempt("consts", 7, ())            # expect: ValueError code: the parts do not fit
attempt("name", 11, 3)              # expect: TypeError code() argument 'co_name' must be str, not int
attempt("names", 8, (3,))           # expect: TypeError name tuples must contain only strings, not 'int'
attempt("table", 15, b"\xff" * 16)  # expect: ValueError code: the parts do not fit
try:
    Code(1, 2)
except TypeError as error:
    print(error)                    # expect: code() takes from 16 to 18 arguments (2 given)

# Offsets, lines and positions begin with the entry, on the line of the definition.
def lines():
    x = (1 +
         len(""))
    return x


def relative(code):
    return [(start, end, line - code.co_firstlineno) for start, end, line in code.co_lines()]


def from_table(table, line):
    """The lines that co_linetable tells, one for each unit (as far as these functions need its forms)."""
    table = iter(table)
    for first in table:
        form, units = first >> 3 & 15, (first & 7) + 1
        if form >= 13:
            number, shift, byte = 0, 0, 64
            while byte & 64:
                byte = next(table)
                number, shift = number | (byte & 63) << shift, shift + 6
            line += -(number >> 1) if number & 1 else number >> 1
            skip = 3 if form == 14 else 0
        else:
            line += max(form - 10, 0)
            skip = 2 if form >= 10 else 1
        for _ in range(skip):
            while next(table) & 64 and form == 14:
                pass
        yield from [line] * units


code = lines.__code__
print(relative(code)[0])                # expect: (0, 2, 0)
print(next(code.co_positions())[0] == code.co_firstlineno, code.co_lines().__next__()[:2])  # expect: True (0, 2)
print(list(from_table(code.co_linetable, code.co_firstlineno)) == [p[0] for p in code.co_positions()])  # expect: True
print(code.replace(co_linetable=code.co_linetable) == code)             # expect: True
moved = code.replace(co_linetable=b"\x80\x00\xe8\x0a", co_firstlineno=7)
print([p[0] for p in moved.co_positions()][:2], moved.co_linetable)     # expect: [7, 12] b'\x80\x00\xe8\n'
print(list(code.replace(co_linetable=b"").co_positions()))              # expect: []
print(list(code.replace(co_linetable=b"").co_lines()))                  # expect: []
nonsense = code.replace(co_linetable=bytes(range(128, 256)) + bytes(128))
print(len(list(nonsense.co_positions())) == len(list(code.co_positions())))     # expect: True
print(next(compile("\n\nspam", "m", "exec").co_lines()))                # expect: (0, 2, 0)


# The constants begin with the docstring, or None; None is one where it is returned without a return.
def documented():
    "doc"
    1


def plain():
    return 5


print(documented.__code__.co_consts, plain.__code__.co_consts)          # expect: ('doc', None) (None, 5)
