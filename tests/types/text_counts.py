# Counts and widths that no machine word holds.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

large = 10 ** 20
for what in ("a", b"a", bytearray(b"a")):
    one = what[:1]
    print({error(what.split, None, large), error(what.rsplit, one, -large), error(what.replace, one, one, large),
           error(what.center, large), error(what.ljust, -large), error(what.zfill, large)})
# expect: {'OverflowError: Python int too large to convert to C ssize_t'}
# expect: {'OverflowError: Python int too large to convert to C ssize_t'}
# expect: {'OverflowError: Python int too large to convert to C ssize_t'}
print("a".find("a", -large, large), b"a".count(b"a", -large), "ab"[-large:large], bytearray(b"ab")[large::-1])
# expect: 0 1 ab bytearray(b'ba')
