# What the format mini-language refuses, and how it says so.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

for value, spec in ((1, "xx"), (1, ".3d"), (1, ",x"), (1, "_,"), (1, ",_"), (1, ",n"), (1, "zd"), (1, "#c"), (1, "+c"),
                    (1, "s"), (1, "."), (1, "9" * 30), (1, ".2c"), (-1, "c"), (0x110000, "c"), (1.0, "d"), (1.0, "x"),
                    (1.0, "_n"), (1.0, ".99999999999"), (1j, "05"), (1j, "=9"), (1j, "%"), ("a", "=9"), ("a", "+"), ("a", ","),
                    ("a", "d"), ("a", "#"), ("a", "z"), (1, "\n"), (1.0, "é"), (10 ** 400, "f"), ([], "d"), (None, ">5")):
    print(repr(spec), error(format, value, spec))
# expect: 'xx' ValueError: Invalid format specifier 'xx' for object of type 'int'
# expect: '.3d' ValueError: Precision not allowed in integer format specifier
# expect: ',x' ValueError: Cannot specify ',' with 'x'.
# expect: '_,' ValueError: Cannot specify both ',' and '_'.
# expect: ',_' ValueError: Cannot specify both ',' and '_'.
# expect: ',n' ValueError: Cannot specify ',' with 'n'.
# expect: 'zd' ValueError: Negative zero coercion (z) not allowed in integer format specifier
# expect: '#c' ValueError: Alternate form (#) not allowed with integer format specifier 'c'
# expect: '+c' ValueError: Sign not allowed with integer format specifier 'c'
# expect: 's' ValueError: Unknown format code 's' for object of type 'int'
# expect: '.' ValueError: Format specifier missing precision
# expect: '999999999999999999999999999999' ValueError: Too many decimal digits in format string
# expect: '.2c' ValueError: Precision not allowed in integer format specifier
# expect: 'c' OverflowError: %c arg not in range(0x110000)
# expect: 'c' OverflowError: %c arg not in range(0x110000)
# expect: 'd' ValueError: Unknown format code 'd' for object of type 'float'
# expect: 'x' ValueError: Unknown format code 'x' for object of type 'float'
# expect: '_n' ValueError: Cannot specify '_' with 'n'.
# expect: '.99999999999' ValueError: precision too big
# expect: '05' ValueError: Zero padding is not allowed in complex format specifier
# expect: '=9' ValueError: '=' alignment flag is not allowed in complex format specifier
# expect: '%' ValueError: Unknown format code '%' for object of type 'complex'
# expect: '=9' ValueError: '=' alignment not allowed in string format specifier
# expect: '+' ValueError: Sign not allowed in string format specifier
# expect: ',' ValueError: Cannot specify ',' with 's'.
# expect: 'd' ValueError: Unknown format code 'd' for object of type 'str'
# expect: '#' ValueError: Alternate form (#) not allowed in string format specifier
# expect: 'z' ValueError: Negative zero coercion (z) not allowed in string format specifier
# expect: '\n' ValueError: Unknown format code '\xa' for object of type 'int'
# expect: 'é' ValueError: Unknown format code '\xe9' for object of type 'float'
# expect: 'f' OverflowError: int too large to convert to float
# expect: 'd' TypeError: unsupported format string passed to list.__format__
# expect: '>5' TypeError: unsupported format string passed to NoneType.__format__
print(error((1).__format__, 1))  # expect: TypeError: __format__() argument must be str, not int
