# Brackets that do not match, and what is said about a missing comma or else.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('(a')
# expect: SyntaxError '(' was never closed 1 1 1 0
show('x = [\n  1,\n  2\ny = 3')
# expect: SyntaxError '[' was never closed 1 5 1 0
show('(a]')
# expect: SyntaxError closing parenthesis ']' does not match opening parenthesis '(' 1 3 1 3
show('(\na\n]')
# expect: SyntaxError closing parenthesis ']' does not match opening parenthesis '(' on line 1 3 1 3 1
show('a)')
# expect: SyntaxError unmatched ')' 1 2 1 2
show('foo(a, b\nbar(c)')
# expect: SyntaxError '(' was never closed 1 4 1 0
show('f(a b)')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
show('[1, 2 3]')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 5 1 8
show("x = {\n  'a': 1\n  'b': 2\n}")
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 2 8 3 6
show('f(a, b c, d)')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 6 1 9
show('print(1 2)')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 7 1 10
show('x{a b}')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
show('(x if y)')
# expect: SyntaxError expected 'else' after 'if' expression 1 2 1 8
show('x = 1 if 2')
# expect: SyntaxError expected 'else' after 'if' expression 1 5 1 11
show('(a, b for c in d)')
# expect: SyntaxError invalid syntax 1 7 1 10
show('x y')
# expect: SyntaxError invalid syntax 1 3 1 4
show('1 2')
# expect: SyntaxError invalid syntax 1 3 1 4
show('f(x y for z in w)')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
show('foo(m x)')
# expect: SyntaxError invalid syntax 1 7 1 8
