# string.Formatter and Template work on the parser of format strings.
import string
print(list(string.Formatter().parse("a{0.b[1]!r:>{w}}c{{}}")))
print(string.Formatter().vformat("{0} {x[1]} {1.real}", ("a", 5), {"x": [1, 2]}), string.Template("$a ${b}c $$").substitute(a=1, b=2))
import _string
first, rest = _string.formatter_field_name_split("a.b[0][key]")
print(first, list(rest))
# expect: [('a', '0.b[1]', '>{w}', 'r'), ('c{', None, None, None), ('}', None, None, None)]
# expect: a 2 5 1 2c $
# expect: a [(True, 'b'), (False, 0), (False, 'key')]
