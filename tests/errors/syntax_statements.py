# Mistakes in other statements.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('import')
# expect: SyntaxError invalid syntax 1 7 1 7
show('import a.')
# expect: SyntaxError invalid syntax 1 10 1 10
show('from')
# expect: SyntaxError invalid syntax 1 5 1 5
show('from x')
# expect: SyntaxError invalid syntax 1 7 1 7
show('from x import')
# expect: SyntaxError invalid syntax 1 14 1 14
show('from x import a,')
# expect: SyntaxError trailing comma not allowed without surrounding parentheses 1 17 1 17
show('from x import (a')
# expect: SyntaxError '(' was never closed 1 15 1 0
show('from . import *, a')
# expect: SyntaxError invalid syntax 1 16 1 17
show('from a import (b,,c)')
# expect: SyntaxError invalid syntax 1 18 1 19
show('global a.b')
# expect: SyntaxError invalid syntax 1 9 1 10
show('nonlocal')
# expect: SyntaxError invalid syntax 1 9 1 9
show('raise a, b')
# expect: SyntaxError invalid syntax 1 8 1 9
show('assert')
# expect: SyntaxError invalid syntax 1 7 1 7
show('del')
# expect: SyntaxError invalid syntax 1 4 1 4
show('return return')
# expect: SyntaxError invalid syntax 1 8 1 14
show('pass x')
# expect: SyntaxError invalid syntax 1 6 1 7
show('break 1')
# expect: SyntaxError invalid syntax 1 7 1 8
show('@')
# expect: SyntaxError invalid syntax 1 2 1 2
show('@a')
# expect: SyntaxError invalid syntax 1 0 1 0
show('@a b\ndef f(): pass')
# expect: SyntaxError invalid syntax 1 4 1 5
show('async x')
# expect: SyntaxError invalid syntax 1 7 1 8
show('async def f')
# expect: SyntaxError expected '(' 1 12 1 12
show('class A x:')
# expect: SyntaxError invalid syntax 1 9 1 10
show('class')
# expect: SyntaxError invalid syntax 1 6 1 6
show('with x as')
# expect: SyntaxError invalid syntax 1 10 1 10
show('with a, b c: pass')
# expect: SyntaxError invalid syntax 1 11 1 12
show('try: x\nexcept a, b as c: pass')
# expect: SyntaxError multiple exception types must be parenthesized 2 8 2 17
show('try: x\nexcept* : pass')
# expect: SyntaxError expected one or more exception types 2 9 2 10
show('try: x\nexcept*')
# expect: SyntaxError expected one or more exception types 2 8 2 8
show('try: x\nexcept: y\nexcept* z: w')
# expect: SyntaxError cannot have both 'except' and 'except*' on the same 'try' 3 1 3 8
show('try: x\nexcept* a: y\nexcept: z')
# expect: SyntaxError cannot have both 'except' and 'except*' on the same 'try' 3 1 3 7
show('x = 5 else 3')
# expect: SyntaxError invalid syntax 1 7 1 11
show('yield = 1')
# expect: SyntaxError assignment to yield expression not possible 1 1 1 6
show('a b c')
# expect: SyntaxError invalid syntax 1 3 1 4
show('if True:\nprint 1')
# expect: IndentationError expected an indented block after 'if' statement on line 1 2 1 2 6
show('elif x: pass')
# expect: SyntaxError invalid syntax 1 1 1 5
show('except: pass')
# expect: SyntaxError invalid syntax 1 1 1 7
