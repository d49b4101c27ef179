# Mistakes in dicts, lists and comprehensions.
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('{a: b, c}')
# expect: SyntaxError ':' expected after dictionary key 1 8 1 0
show('{a: *b}')
# expect: SyntaxError cannot use a starred expression in a dictionary value 1 5 1 7
show('{a:}')
# expect: SyntaxError expression expected after dictionary key and ':' 1 3 1 4
show('{a: b, c:}')
# expect: SyntaxError expression expected after dictionary key and ':' 1 9 1 10
show('{**a for b in c}')
# expect: SyntaxError dict unpacking cannot be used in dict comprehension 1 2 1 4
show('{*a for b in c}')
# expect: SyntaxError iterable unpacking cannot be used in comprehension 1 2 1 4
show('[*a for b in c]')
# expect: SyntaxError iterable unpacking cannot be used in comprehension 1 2 1 4
show('[a, b for b in c]')
# expect: SyntaxError did you forget parentheses around the comprehension target? 1 2 1 6
show('[a, for b in c]')
# expect: SyntaxError did you forget parentheses around the comprehension target? 1 2 1 4
show('{a, b for b in c}')
# expect: SyntaxError did you forget parentheses around the comprehension target? 1 2 1 6
show('(*a)')
# expect: SyntaxError cannot use starred expression here 1 2 1 4
show('(**a)')
# expect: SyntaxError cannot use double starred expression here 1 2 1 4
show('[a for b c]')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 8 1 11
show('{a: b c: d}')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 5 1 8
show("{'a' 1}")
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 2 1 7
show('{1: 2, 3 4}')
# expect: SyntaxError ':' expected after dictionary key 1 8 1 0
show('[x for x in]')
# expect: SyntaxError invalid syntax 1 12 1 13
show('[for x in y]')
# expect: SyntaxError invalid syntax 1 2 1 5
show('a[]')
# expect: SyntaxError invalid syntax 1 3 1 4
show('a[1:2:3:4]')
# expect: SyntaxError invalid syntax 1 8 1 9
show('a[b c]')
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
