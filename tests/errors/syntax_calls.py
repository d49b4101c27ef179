# Arguments in the wrong order or form.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('f(a for b in c, d)')
# expect: SyntaxError Generator expression must be parenthesized 1 3 1 15
show('f(d, a for b in c)')
# expect: SyntaxError Generator expression must be parenthesized 1 6 1 18
show('f(a=1, b)')
# expect: SyntaxError positional argument follows keyword argument 1 9 1 10
show('f(**a, b)')
# expect: SyntaxError positional argument follows keyword argument unpacking 1 9 1 10
show('f(**a, *b)')
# expect: SyntaxError iterable argument unpacking follows keyword argument unpacking 1 3 1 6
show('f(a.b=1)')
# expect: SyntaxError expression cannot contain assignment, perhaps you meant "=="? 1 3 1 7
show('f(True=1)')
# expect: SyntaxError cannot assign to True 1 3 1 8
show('f(a=b for b in c)')
# expect: SyntaxError invalid syntax. Maybe you meant '==' or ':=' instead of '='? 1 3 1 5
show('f(a, b=1, c=2, d)')
# expect: SyntaxError positional argument follows keyword argument 1 17 1 18
show('f(a(b)=1)')
# expect: SyntaxError expression cannot contain assignment, perhaps you meant "=="? 1 3 1 8
show('f(a=1, **b, c)')
# expect: SyntaxError positional argument follows keyword argument unpacking 1 14 1 15
show('f(*)')
# expect: SyntaxError invalid syntax 1 4 1 5
show('f(**)')
# expect: SyntaxError invalid syntax 1 5 1 6
show('f(a b=1)')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
show('print a')
# expect: SyntaxError Missing parentheses in call to 'print'. Did you mean print(...)? 1 1 1 8
show('print a, b')
# expect: SyntaxError Missing parentheses in call to 'print'. Did you mean print(...)? 1 1 1 11
show("exec 'a'")
# expect: SyntaxError Missing parentheses in call to 'exec'. Did you mean exec(...)? 1 1 1 9
show('print')
# expect: no error
show('class A(x for x in y): pass')
# expect: SyntaxError invalid syntax 1 11 1 14
show('f(a:=1, b:=2, c=d:=3)')
# expect: SyntaxError invalid syntax 1 18 1 20
