# A loop over pairs that are taken apart at once gives the same as one that keeps them.
def errors(function):
    try:
        function()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def apart(d):
    return [(k, v) for k, v in d.items()]


def kept(d):
    result = []
    for t in d.items():
        k, v = t
        result.append((t, k, v))
    return result


def nested(d):
    return [(i, k, v) for i, (k, v) in enumerate(d.items())]


def closure(d):
    functions = []
    for k, v in d.items():
        functions.append(lambda: (k, v))
    return [f() for f in functions]


def grows(d):
    for k, v in d.items():
        d[k + 1000] = v


def counts_forever():
    def numbers():
        yield 1
        raise ValueError("from inside")
    for i, v in enumerate(numbers()):
        pass


def three(d):
    for a, b, c in d.items():
        pass


d = {1: "a", 2: "b"}
print(apart(d), kept(d))  # expect: [(1, 'a'), (2, 'b')] [((1, 'a'), 1, 'a'), ((2, 'b'), 2, 'b')]
print(nested(d), closure(d))  # expect: [(0, 1, 'a'), (1, 2, 'b')] [(2, 'b'), (2, 'b')]
print(errors(lambda: grows(dict(d))))  # expect: RuntimeError: dictionary changed size during iteration
print(errors(counts_forever))  # expect: ValueError: from inside
print(errors(lambda: three(d)))  # expect: ValueError: not enough values to unpack (expected 3, got 2)
for key, value in d.items():
    pass
for number, value in enumerate("xyz", 1 << 60):
    pass
print(key, value, number)  # expect: 2 z 1152921504606846978
for index, index in enumerate("ab"):
    print(index)
# expect: a
# expect: b
