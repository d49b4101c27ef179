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
attempt("code", 6, b"\xff" * 8)     # expect: ValueError code: the parts do not fit
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
