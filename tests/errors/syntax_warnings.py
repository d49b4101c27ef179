# Escapes that mean nothing, and words that touch a number, are warned about once.
import warnings

for source in (r"'\d'", r"'\d\e'", r"'\d' '\e'", r"b'\d'", r"'\400'", r"f'\{1}'", r"rb'\d'", "1if 2else 3", "0x1for x in y"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile("\n" + source, "x", "exec")
        except SyntaxError:
            print("SyntaxError")
    print(source, [(w.category.__name__, str(w.message), w.lineno) for w in caught])
# expect: '\d' [('DeprecationWarning', "invalid escape sequence '\\d'", 2)]
# expect: '\d\e' [('DeprecationWarning', "invalid escape sequence '\\d'", 2)]
# expect: '\d' '\e' [('DeprecationWarning', "invalid escape sequence '\\d'", 2), ('DeprecationWarning', "invalid escape sequence '\\e'", 2)]
# expect: b'\d' [('DeprecationWarning', "invalid escape sequence '\\d'", 2)]
# expect: '\400' [('DeprecationWarning', "invalid octal escape sequence '\\400'", 2)]
# expect: f'\{1}' [('DeprecationWarning', "invalid escape sequence '\\{'", 2)]
# expect: rb'\d' []
# expect: 1if 2else 3 [('SyntaxWarning', 'invalid decimal literal', 2), ('SyntaxWarning', 'invalid decimal literal', 2)]
# expect: 0x1for x in y [('SyntaxWarning', 'invalid hexadecimal literal', 2)]
