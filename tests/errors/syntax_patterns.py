# Mistakes in match statements.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('match a:\n  case 1 as _: pass')
# expect: SyntaxError cannot use '_' as a target 2 13 2 14
show('match a:\n  case 1 as a.b: pass')
# expect: SyntaxError invalid syntax 2 14 2 15
show('match a:\n  case 1 as 2: pass')
# expect: SyntaxError invalid pattern target 2 13 2 14
show('match a:\n  case A(b=1, c): pass')
# expect: SyntaxError positional patterns follow keyword patterns 2 15 2 16
show('match a:\n  case {**rest, 1: 2}: pass')
# expect: SyntaxError invalid syntax 2 17 2 18
show('match a:\n  case -a: pass')
# expect: SyntaxError invalid syntax 2 9 2 10
show('match a:\n  case 1 + 1: pass')
# expect: SyntaxError imaginary number required in complex literal 2 12 2 13
show('match a:\n  case 1j + 1j: pass')
# expect: SyntaxError real number required in complex literal 2 8 2 10
show('match a:\n  case 1 | : pass')
# expect: SyntaxError invalid syntax 2 12 2 13
show('match a')
# expect: SyntaxError expected ':' 1 8 1 8
show('match a:\n  pass')
# expect: SyntaxError invalid syntax 2 3 2 7
show('match a:\n  case 1\n    b')
# expect: SyntaxError expected ':' 2 9 2 9
show('match a:\n  case: pass')
# expect: SyntaxError invalid syntax 2 7 2 8
show('match:\n  case 1: pass')
# expect: SyntaxError invalid syntax 1 7 1 7
show('match a:\n  case a b: pass')
# expect: SyntaxError invalid syntax 2 10 2 11
show('match a:\n  case (1, 2: pass')
# expect: SyntaxError invalid syntax 2 13 2 14
show('match a:\n  case *x: pass')
# expect: SyntaxError invalid syntax 2 10 2 11
