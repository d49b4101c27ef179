# Blocks that are missing, colons that are missing, lines that are indented wrongly.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('if 1:\na')
# expect: IndentationError expected an indented block after 'if' statement on line 1 2 1 2 2
show('if x')
# expect: SyntaxError expected ':' 1 5 1 5
show('while x\n  y')
# expect: SyntaxError expected ':' 1 8 1 8
show('for x in y')
# expect: SyntaxError expected ':' 1 11 1 11
show('class A')
# expect: SyntaxError expected ':' 1 8 1 8
show('class A:\nb')
# expect: IndentationError expected an indented block after class definition on line 1 2 1 2 2
show('def f()\n  x')
# expect: SyntaxError expected ':' 1 8 1 8
show('def f():\nb')
# expect: IndentationError expected an indented block after function definition on line 1 2 1 2 2
show('def f\n  x')
# expect: SyntaxError expected '(' 1 6 1 6
show('try\n  x')
# expect: SyntaxError expected ':' 1 4 1 4
show('try:\n  x\ny')
# expect: SyntaxError expected 'except' or 'finally' block 3 1 3 2
show('try:\n  x\nexcept:\ny')
# expect: IndentationError expected an indented block after 'except' statement on line 3 4 1 4 2
show('try: x\nexcept y')
# expect: SyntaxError expected ':' 2 9 2 9
show('try: x\nfinally:\ny')
# expect: IndentationError expected an indented block after 'finally' statement on line 2 3 1 3 2
show('if a: b\nelse:\nc')
# expect: IndentationError expected an indented block after 'else' statement on line 2 3 1 3 2
show('if a: b\nelif c:\nd')
# expect: IndentationError expected an indented block after 'elif' statement on line 2 3 1 3 2
show('with a:\nb')
# expect: IndentationError expected an indented block after 'with' statement on line 1 2 1 2 2
show('with a\n  b')
# expect: SyntaxError expected ':' 1 7 1 7
show('for a in b:\nc')
# expect: IndentationError expected an indented block after 'for' statement on line 1 2 1 2 2
show('match a:\nb')
# expect: IndentationError expected an indented block after 'match' statement on line 1 2 1 2 2
show('match a:\n  case b\n    c')
# expect: SyntaxError expected ':' 2 9 2 9
show('match a:\n  case b:\n  c')
# expect: IndentationError expected an indented block after 'case' statement on line 2 3 3 3 4
show('  a')
# expect: IndentationError unexpected indent 1 2 1 -1
show('a\n  b')
# expect: IndentationError unexpected indent 2 2 2 -1
show('if a:\n    b\n   c')
# expect: IndentationError unindent does not match any outer indentation level 3 5 3 -1
show('if a:\n\tb\n        c')
# expect: TabError inconsistent use of tabs and spaces in indentation 3 1 3 0
show('async def f():\nx')
# expect: IndentationError expected an indented block after function definition on line 1 2 1 2 2
show('try: x\nexcept* a:\nb')
# expect: IndentationError expected an indented block after 'except*' statement on line 2 3 1 3 2
show('else: x')
# expect: SyntaxError invalid syntax 1 1 1 5
show('lambda x')
# expect: SyntaxError invalid syntax 1 9 1 9
show('if a:\n  b\n c\n')
# expect: IndentationError unindent does not match any outer indentation level 3 3 3 -1
