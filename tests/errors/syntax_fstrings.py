# What can be wrong in an f-string.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show("f'{}'")
# expect: SyntaxError f-string: empty expression not allowed 1 6 1 6
show("f'{ }'")
# expect: SyntaxError f-string: empty expression not allowed 1 7 1 7
show("f'{!r}'")
# expect: SyntaxError f-string: expression required before '!' 1 8 1 8
show("f'{:x}'")
# expect: SyntaxError f-string: expression required before ':' 1 8 1 8
show("f'{=}'")
# expect: SyntaxError f-string: expression required before '=' 1 7 1 7
show("f'}'")
# expect: SyntaxError f-string: single '}' is not allowed 1 5 1 5
show("f'{a'")
# expect: SyntaxError f-string: expecting '}' 1 6 1 6
show("f'{a!x}'")
# expect: SyntaxError f-string: invalid conversion character: expected 's', 'r', or 'a' 1 9 1 9
show("f'{a!r'")
# expect: SyntaxError f-string: expecting '}' 1 8 1 8
show("f'{a!r b}'")
# expect: SyntaxError f-string: expecting '}' 1 11 1 11
show("f'{a:x'")
# expect: SyntaxError f-string: expecting '}' 1 8 1 8
show("f'{(a}'")
# expect: SyntaxError f-string: closing parenthesis '}' does not match opening parenthesis '(' 1 8 1 8
show("f'{a)}'")
# expect: SyntaxError f-string: unmatched ')' 1 8 1 8
show("f'{a b}'")
# expect: SyntaxError f-string: invalid syntax. Perhaps you forgot a comma? 1 2 1 5
show("x = 1; y = f'abc{a b}'")
# expect: SyntaxError f-string: invalid syntax. Perhaps you forgot a comma? 1 2 1 5
show("x = f'''\n{a b}\n'''")
# expect: SyntaxError f-string: invalid syntax. Perhaps you forgot a comma? 2 2 2 5
show("f'{a = !r:>{10 x}}'")
# expect: SyntaxError f-string: invalid syntax. Perhaps you forgot a comma? 1 2 1 6
show("f'{*a}'")
# expect: SyntaxError f-string: cannot use starred expression here 1 2 1 4
show("f'{lambda x:1}'")
# expect: SyntaxError f-string: invalid syntax 1 10 1 11
show("f'{a $ b}'")
# expect: SyntaxError f-string: invalid syntax 1 4 1 5
show("f'{print x}'")
# expect: SyntaxError f-string: Missing parentheses in call to 'print'. Did you mean print(...)? 1 2 1 9
show("f'{1a}'")
# expect: SyntaxError invalid decimal literal 1 2 1 2
show("f'{a #}'")
# expect: SyntaxError f-string expression part cannot include '#' 1 9 1 9
show("f'{\\n}'")
# expect: SyntaxError f-string expression part cannot include a backslash 1 8 1 8
show("f'{a[}'")
# expect: SyntaxError f-string: closing parenthesis '}' does not match opening parenthesis '[' 1 8 1 8
show("f'{a['")
# expect: SyntaxError f-string: unmatched '[' 1 7 1 7
show("f'\\N{foo}{a}'")
# expect: SyntaxError (unicode error) 'unicodeescape' codec can't decode bytes in position 0-6: unknown Unicode character name 1 14 1 14
