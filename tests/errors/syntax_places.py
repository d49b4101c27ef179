# Where a source is at fault, in places that are easily taken for others.
def show(source, mode="exec"):
    try:
        compile(source, "f", mode)
        print("good")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

# White space at the very end is an indent where no line end is added.
show("\t", "eval")              # expect: IndentationError unexpected indent 1 1 1 -1
show("x\n ", "eval")            # expect: IndentationError unexpected indent 2 1 2 -1
show("x\n #", "eval")           # expect: good
show("x\n ", "exec")            # expect: good
show("if x:\n ", "single")      # expect: SyntaxError invalid syntax 2 0 2 0
show("if x:\n  y\n ", "single")     # expect: IndentationError unindent does not match any outer indentation level 3 1 3 -1
show("if x:\n  y\n   ", "single")   # expect: IndentationError unexpected indent 3 3 3 -1
show("if x:\n  y\n  ", "single")    # expect: SyntaxError invalid syntax 3 0 3 0
show("if x: y\n ", "single")    # expect: IndentationError unexpected indent 2 1 2 -1

# An escaped backslash continues no line of a string.
show("(b'abc\\\\\ny\\\n')")     # expect: SyntaxError unterminated string literal (detected at line 1) 1 2 1 2
show("(b'abc\\\ny\n')")         # expect: SyntaxError unterminated string literal (detected at line 2) 1 2 1 2

# Errors without an end.
show(b"# coding: nonsense\n")   # expect: SyntaxError unknown encoding: nonsense 0 -1 None None
show(b"\xef\xbb\xbf# coding: ascii\n")  # expect: SyntaxError encoding problem: ascii with BOM 0 -1 None None
show("from __future__ import foo")      # expect: SyntaxError future feature foo is not defined 1 1 1 None
show("x=1;from __future__ import division")
# expect: SyntaxError from __future__ imports must occur at the beginning of the file 1 4 1 None

# A number's end.
show("1\u20ac")         # expect: SyntaxError invalid decimal literal 1 1 1 1
show("0x1\xa0")         # expect: SyntaxError invalid hexadecimal literal 1 3 1 3

# Of literals side by side the first fault is told.
show("'\\u' b''")       # expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \uXXXX escape 1 9 1 9
show("'' b'\\x'")       # expect: SyntaxError (value error) invalid \x escape at position 0 1 9 1 9
show("'' b'' '\\u'")    # expect: SyntaxError cannot mix bytes and nonbytes literals 1 12 1 12
show("'' b'\xe9'")      # expect: SyntaxError bytes can only contain ASCII literal characters 1 8 1 8

# A star without what it unpacks.
show("f(a, *)")         # expect: SyntaxError iterable argument unpacking follows keyword argument unpacking 1 3 1 4
show("f(a, k=1, */2)")  # expect: SyntaxError iterable argument unpacking follows keyword argument unpacking 1 3 1 9
show("f(a, *b)")        # expect: good

# Handlers directly behind `try:`.
show("try:except")              # expect: SyntaxError expected ':' 1 11 1 11
show("try:except*:pass")        # expect: SyntaxError expected one or more exception types 1 12 1 13
show("try:except a:pass\nexcept*b:pass")
# expect: SyntaxError cannot have both 'except' and 'except*' on the same 'try' 2 1 2 8
show("try:finally:pass")        # expect: SyntaxError invalid syntax 1 5 1 12

# The key's last character, and a parenthesis that a backslash at the end leaves open.
show("{0: 7, \xe9}")            # expect: SyntaxError ':' expected after dictionary key 1 8 1 0
show("(1 n\n=\\")               # expect: SyntaxError '(' was never closed 1 1 1 0
show("(c n=\\")                 # expect: SyntaxError invalid syntax 1 4 1 5
show("(\n1 2 3", "eval")        # expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 2 1 2 4
show("(\n1 2 3\n", "eval")      # expect: SyntaxError '(' was never closed 1 1 1 0
show("(\n1 2 'a'", "eval")      # expect: SyntaxError '(' was never closed 1 1 1 0
