# Fields of str.format: positions, names, attributes, items, conversions, nested specifications.
class P:
    x, y = 3, [4, {"k": 5}]
print("{0}{1}{0}".format("a", "b"), "{}{}".format(1, 2), "{p.x}|{p.y[0]}|{p.y[1][k]}".format(p=P))
print("{:{fill}{align}{width}}".format("mid", fill="*", align="^", width=9), "{0!r:>6}".format("q"), "{{}}".format())
for bad in ("{", "}", "{0", "{!}", "{0!z}", "{a.}", "{0[}", "{} {0}", "{5}", "{:d}"):
    try:
        print(bad.format("t", a=1))
    except (ValueError, IndexError, KeyError) as e:
        print(type(e).__name__, e)
# expect: aba 12 3|4|5
# expect: ***mid***    'q' {}
# expect: ValueError Single '{' encountered in format string
# expect: ValueError Single '}' encountered in format string
# expect: ValueError expected '}' before end of string
# expect: ValueError unmatched '{' in format spec
# expect: ValueError Unknown conversion specifier z
# expect: ValueError Empty attribute in format string
# expect: ValueError expected '}' before end of string
# expect: ValueError cannot switch from automatic field numbering to manual field specification
# expect: IndexError Replacement index 5 out of range for positional args tuple
# expect: ValueError Unknown format code 'd' for object of type 'str'
