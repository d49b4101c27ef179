# Branches and loops: else clauses, break and continue, constants as conditions.
for i in range(3):
    pass
else:
    print("for else", i)  # expect: for else 2
for i in range(3):
    if i == 1: break
else:
    print("never")
while i < 5:
    i += 1
    if i == 4: continue
    print("while", i)
else:
    print("while else")
# expect: while 2
# expect: while 3
# expect: while 5
# expect: while else
while True:
    i += 1
    if i > 8: break
print(i)  # expect: 9
def constant_conditions():
    out = []
    if 0: out.append("zero")
    if 1: out.append("one")
    if "": out.append("empty")
    elif "x": out.append("text")
    if None or 1 and "a": out.append("mixed")
    while 0: out.append("loop")
    else: out.append("while else")
    if not (1 and 0): out.append("not")
    return out
print(constant_conditions())  # expect: ['one', 'text', 'mixed', 'while else', 'not']
def nested():
    out = []
    for a in range(4):
        for b in range(4):
            if b == a: break
            if (a + b) % 2: continue
            out.append((a, b))
        else:
            out.append("else")
    return out
print(nested())  # expect: [(2, 0), (3, 1)]
def many(v):
    if v < 0: return "negative"
    elif v == 0: return "zero"
    elif v < 10 and v % 2 == 0: return "small even"
    elif v < 10 or v == 99: return "small odd or 99"
    elif not v % 2: return "even"
    else: return "odd"
print([many(v) for v in (-1, 0, 4, 5, 99, 12, 13)])
# expect: ['negative', 'zero', 'small even', 'small odd or 99', 'small odd or 99', 'even', 'odd']
assert True, "not shown"
try:
    assert 1 == 2, "message"
except AssertionError as error:
    print(error)  # expect: message
try:
    assert []
except AssertionError as error:
    print(repr(error))  # expect: AssertionError()
def dead():
    return 1
    print("unreachable")
    for x in y: pass
print(dead())  # expect: 1
def is_none(v):
    return "none" if v is None else "other"
print(is_none(None), is_none(0), [x for x in (0, None, 1) if x is not None])  # expect: none other [0, 1]
