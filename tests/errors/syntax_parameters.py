# Parameters in the wrong order or form.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('def f(a=1, b): pass')
# expect: SyntaxError non-default argument follows default argument 1 12 1 13
show('def f(a, (b, c)): pass')
# expect: SyntaxError Function parameters cannot be parenthesized 1 10 1 16
show('def f(/, a): pass')
# expect: SyntaxError at least one argument must precede / 1 7 1 8
show('def f(a, /, b, /): pass')
# expect: SyntaxError / may appear only once 1 16 1 17
show('def f(*, a, /): pass')
# expect: SyntaxError / must be ahead of * 1 13 1 14
show('def f(*): pass')
# expect: SyntaxError named arguments must follow bare * 1 7 1 8
show('def f(*, **k): pass')
# expect: SyntaxError named arguments must follow bare * 1 7 1 8
show('def f(*a=1): pass')
# expect: SyntaxError var-positional argument cannot have default value 1 9 1 10
show('def f(**a=1): pass')
# expect: SyntaxError var-keyword argument cannot have default value 1 10 1 11
show('def f(**a, b): pass')
# expect: SyntaxError arguments cannot follow var-keyword argument 1 12 1 13
show('def f(**a, *b): pass')
# expect: SyntaxError arguments cannot follow var-keyword argument 1 12 1 13
show('def f(*a, *b): pass')
# expect: SyntaxError * argument may appear only once 1 11 1 12
show('def f(a=): pass')
# expect: SyntaxError expected default value expression 1 8 1 9
show('def f(a, / *b): pass')
# expect: SyntaxError expected comma between / and * 1 12 1 13
show('def f(None): pass')
# expect: SyntaxError invalid syntax 1 7 1 11
show('def f(a b): pass')
# expect: SyntaxError invalid syntax 1 9 1 10
show('def f(a.b): pass')
# expect: SyntaxError invalid syntax 1 8 1 9
show('def f(1): pass')
# expect: SyntaxError invalid syntax 1 7 1 8
show('lambda a=1, b: 1')
# expect: SyntaxError non-default argument follows default argument 1 13 1 14
show('lambda (a): 1')
# expect: SyntaxError Lambda expression parameters cannot be parenthesized 1 8 1 11
show('lambda *: 1')
# expect: SyntaxError named arguments must follow bare * 1 9 1 10
show('lambda a, /, b, /: 1')
# expect: SyntaxError / may appear only once 1 17 1 18
show('lambda **a, b: 1')
# expect: SyntaxError arguments cannot follow var-keyword argument 1 13 1 14
show('lambda *a=1: 1')
# expect: SyntaxError var-positional argument cannot have default value 1 10 1 11
show('lambda a=: 1')
# expect: SyntaxError invalid syntax 1 10 1 11
