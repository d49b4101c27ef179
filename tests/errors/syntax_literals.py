# Numbers, strings and characters that are not right.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('1__0')
# expect: SyntaxError invalid decimal literal 1 2 1 2
show('0_')
# expect: SyntaxError invalid decimal literal 1 2 1 2
show('0x')
# expect: SyntaxError invalid hexadecimal literal 1 2 1 2
show('0b2')
# expect: SyntaxError invalid digit '2' in binary literal 1 3 1 3
show('0b12')
# expect: SyntaxError invalid digit '2' in binary literal 1 4 1 4
show('0o8')
# expect: SyntaxError invalid digit '8' in octal literal 1 3 1 3
show('08')
# expect: SyntaxError leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers 1 1 1 2
show('0777')
# expect: SyntaxError leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers 1 1 1 2
show('1e')
# expect: SyntaxError invalid decimal literal 1 1 1 1
show('1e+')
# expect: SyntaxError invalid decimal literal 1 3 1 3
show('1_a')
# expect: SyntaxError invalid decimal literal 1 2 1 2
show('1a')
# expect: SyntaxError invalid decimal literal 1 1 1 1
show('0xz')
# expect: SyntaxError invalid hexadecimal literal 1 2 1 2
show('1ja')
# expect: SyntaxError invalid imaginary literal 1 2 1 2
show('$')
# expect: SyntaxError invalid syntax 1 1 1 2
show('a ? b')
# expect: SyntaxError invalid syntax 1 3 1 4
show('a ! b')
# expect: SyntaxError invalid syntax 1 3 1 4
show('a <> b')
# expect: SyntaxError invalid syntax 1 3 1 5
show('\xe9\u20ac')
# expect: SyntaxError invalid character '€' (U+20AC) 1 2 1 2
show('\u201cabc\u201d')
# expect: SyntaxError invalid character '“' (U+201C) 1 1 1 1
show('a\xa0b')
# expect: SyntaxError invalid non-printable character U+00A0 1 2 1 2
show("x = 'abc")
# expect: SyntaxError unterminated string literal (detected at line 1) 1 5 1 5
show("x = '''abc\ndef")
# expect: SyntaxError unterminated triple-quoted string literal (detected at line 2) 1 5 1 5
show("x = 'abc\\\ndef")
# expect: SyntaxError unterminated string literal (detected at line 2) 1 5 1 5
show("'''")
# expect: SyntaxError unterminated triple-quoted string literal (detected at line 1) 1 1 1 1
show("'\\x'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \xXX escape 1 5 1 5
show("'abc\\N{foo}'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 3-9: unknown Unicode character name 1 13 1 13
show("'\\N'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: malformed \N character escape 1 5 1 5
show("'\\ud8'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \uXXXX escape 1 7 1 7
show("'\\U12345678'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-9: illegal Unicode character 1 13 1 13
show("b'\xe9'")
# expect: SyntaxError bytes can only contain ASCII literal characters 1 5 1 5
show("b'\\x1'")
# expect: SyntaxError (value error) invalid \x escape at position 0 1 7 1 7
show("b'a' 'c'")
# expect: SyntaxError cannot mix bytes and nonbytes literals 1 9 1 9
show('a\\ b')
# expect: SyntaxError unexpected character after line continuation character 1 3 1 0
show('a\\')
# expect: SyntaxError unexpected EOF while parsing 1 3 1 -1
show('f(\\')
# expect: SyntaxError '(' was never closed 1 2 1 0
show('\x01a')
# expect: SyntaxError invalid non-printable character U+0001 1 1 1 1
