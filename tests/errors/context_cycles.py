# Raising cuts cycles of contexts.
a, b, c = ValueError("a"), ValueError("b"), ValueError("c")
try:
    try:
        try:
            raise a
        except ValueError:
            raise b
    except ValueError:
        raise c
except ValueError as e:
    print(e, e.__context__, e.__context__.__context__)
    try:
        raise a
    except ValueError as f:
        print(f, f.__context__, f.__context__.__context__, f.__context__.__context__.__context__)
try:
    try:
        raise a
    except ValueError:
        raise a
except ValueError as e:
    print(e.__context__)

# expect: c b a
# expect: a c b None
# expect: c
