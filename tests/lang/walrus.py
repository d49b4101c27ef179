# Assignment expressions bind in the enclosing function, at the moment they are evaluated.
if (n := len("abcd")) > 3:
    print(n)  # expect: 4
def f(values):
    total = 0
    partial = [total := total + v for v in values]
    return partial, total
print(f([1, 2, 3]))  # expect: ([1, 3, 6], 6)
def g(x):
    y = x + (x := 10) + x
    return x, y
print(g(1))  # expect: (10, 21)
def h(a):
    return [a, a := a + 1, a, (a := a * 2) + a]
print(h(1))  # expect: [1, 2, 2, 8]
def while_loop(items):
    it = iter(items)
    out = []
    while (item := next(it, None)) is not None:
        out.append(item)
    return out
print(while_loop("abc"))  # expect: ['a', 'b', 'c']
def conditional(flag):
    if flag and (value := "set"):
        return value
    try:
        return value
    except UnboundLocalError as error:
        return str(error)
print(conditional(True), conditional(False))
# expect: set cannot access local variable 'value' where it is not associated with a value
print(any((witness := x) > 2 for x in [1, 2, 3, 4]), witness)  # expect: True 3
def args(x):
    return (x, (x := x + 1), x) == tuple([x - 1, x, x])
print(args(5))  # expect: True
def call_order(x):
    return (lambda *a: a)(x, x := x + 1, x)
print(call_order(1))  # expect: (1, 2, 2)
