# match, case, type and _ are names wherever they do not begin their statement.
match = case = type_ = 3
print(match, case, match - case, match * case)
# expect: 3 3 0 9
match = [1, 2]
print(match[0], [*match], match)
# expect: 1 [1, 2] [1, 2]
def match(x): return -x
print(match(2), match (3))
# expect: -2 -3
type = lambda x: "t"
print(type(1), type (2))
# expect: t t
_ = 1
match _:
    case 1 if _: print("one", _)
    case _: print("other")
# expect: one 1
match (1, 2), 3:
    case (a, *_), case: print(a, case)
# expect: 1 3
