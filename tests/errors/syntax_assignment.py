# What cannot be assigned to, and what was meant.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('f() = 1')
# expect: SyntaxError cannot assign to function call here. Maybe you meant '==' instead of '='? 1 1 1 4
show('a + 1 = 2')
# expect: SyntaxError cannot assign to expression here. Maybe you meant '==' instead of '='? 1 1 1 6
show('1 = x')
# expect: SyntaxError cannot assign to literal here. Maybe you meant '==' instead of '='? 1 1 1 2
show('None = 1')
# expect: SyntaxError cannot assign to None 1 1 1 5
show('x, True = 1')
# expect: SyntaxError cannot assign to True 1 4 1 8
show('(a for b in c) = 1')
# expect: SyntaxError cannot assign to generator expression 1 1 1 15
show('[a, 1] = 1')
# expect: SyntaxError cannot assign to literal 1 5 1 6
show('[x for x in y] = 1')
# expect: SyntaxError cannot assign to list comprehension here. Maybe you meant '==' instead of '='? 1 1 1 15
show('{} = 1')
# expect: SyntaxError cannot assign to dict literal here. Maybe you meant '==' instead of '='? 1 1 1 3
show('{1} = 2')
# expect: SyntaxError cannot assign to set display here. Maybe you meant '==' instead of '='? 1 1 1 4
show("f'a' = 1")
# expect: SyntaxError cannot assign to f-string expression here. Maybe you meant '==' instead of '='? 1 1 1 5
show('... = 1')
# expect: SyntaxError cannot assign to ellipsis here. Maybe you meant '==' instead of '='? 1 1 1 4
show('-a = 1')
# expect: SyntaxError cannot assign to expression here. Maybe you meant '==' instead of '='? 1 1 1 3
show('a < b = 1')
# expect: SyntaxError cannot assign to comparison 1 1 1 6
show('a if b else c = 2')
# expect: SyntaxError cannot assign to conditional expression 1 1 1 14
show('lambda: 1 = 1')
# expect: SyntaxError cannot assign to lambda 1 1 1 10
show('a and b = 1')
# expect: SyntaxError cannot assign to expression 1 1 1 8
show('f() += 1')
# expect: SyntaxError 'function call' is an illegal expression for augmented assignment 1 1 1 4
show('a, b += 1')
# expect: SyntaxError 'tuple' is an illegal expression for augmented assignment 1 1 1 5
show('x = yield = 1')
# expect: SyntaxError assignment to yield expression not possible 1 5 1 10
show('(yield) = 1')
# expect: SyntaxError cannot assign to yield expression here. Maybe you meant '==' instead of '='? 1 2 1 7
show('if x = 1: pass')
# expect: SyntaxError invalid syntax. Maybe you meant '==' or ':=' instead of '='? 1 4 1 9
show('if a.b = 1: pass')
# expect: SyntaxError cannot assign to attribute here. Maybe you meant '==' instead of '='? 1 4 1 7
show('(a = 1)')
# expect: SyntaxError invalid syntax. Maybe you meant '==' or ':=' instead of '='? 1 2 1 7
show('(a.b := 1)')
# expect: SyntaxError cannot use assignment expressions with attribute 1 2 1 5
show('a := 1')
# expect: SyntaxError invalid syntax 1 3 1 5
show('(a, b): int')
# expect: SyntaxError only single target (not tuple) can be annotated 1 1 1 7
show('[a]: int')
# expect: SyntaxError only single target (not list) can be annotated 1 1 1 4
show('a, b: int')
# expect: SyntaxError only single target (not tuple) can be annotated 1 1 1 2
show('f(): int')
# expect: SyntaxError illegal target for annotation 1 1 1 4
show('del f()')
# expect: SyntaxError cannot delete function call 1 5 1 8
show('del a, b + 1')
# expect: SyntaxError cannot delete expression 1 8 1 13
show('del x, f()')
# expect: SyntaxError cannot delete function call 1 8 1 11
show('del *a')
# expect: SyntaxError cannot delete starred 1 5 1 7
show('for f() in x: pass')
# expect: SyntaxError cannot assign to function call 1 5 1 8
show('for 1 in x: pass')
# expect: SyntaxError cannot assign to literal 1 5 1 6
show('[a for 1 in b]')
# expect: SyntaxError cannot assign to literal 1 8 1 9
show('with a as f(): pass')
# expect: SyntaxError cannot assign to function call 1 11 1 14
show('with (a as 1): pass')
# expect: SyntaxError cannot assign to literal 1 12 1 13
show('a = b += c')
# expect: SyntaxError invalid syntax 1 7 1 9
show('tt, a b = c')
# expect: SyntaxError invalid syntax. Maybe you meant '==' or ':=' instead of '='? 1 7 1 12
show('import a as b.c')
# expect: SyntaxError invalid syntax 1 14 1 15
show('await x = 1')
# expect: SyntaxError cannot assign to await expression here. Maybe you meant '==' instead of '='? 1 1 1 8
show('a.b.None = 1')
# expect: SyntaxError invalid syntax 1 5 1 9
