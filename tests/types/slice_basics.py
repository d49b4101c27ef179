# slice objects.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(slice(5), slice(1, 5), slice(1, 5, 2), slice(None), slice("a", [], 1.5))
# expect: slice(None, 5, None) slice(1, 5, None) slice(1, 5, 2) slice(None, None, None) slice('a', [], 1.5)
s = slice(1, 10, 2)
print(s.start, s.stop, s.step, s.indices(5), slice(None, None, -1).indices(5), slice(-3, None).indices(10))
# expect: 1 10 2 (1, 5, 2) (4, -1, -1) (7, 10, 1)
print(slice(2 ** 70).indices(2 ** 80), slice(None, None, -2 ** 70).indices(2 ** 80), slice(-100, 100).indices(3))
# expect: (0, 1180591620717411303424, 1) (1208925819614629174706175, -1, -1180591620717411303424) (0, 3, 1)
print(slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), slice(1) != slice(2), s.__reduce__())
# expect: True True True (<class 'slice'>, (1, 10, 2))
print(error(hash, s))  # expect: TypeError: unhashable type: 'slice'
print(error(slice))  # expect: TypeError: slice expected at least 1 argument, got 0
print(error(slice, 1, 2, 3, 4))  # expect: TypeError: slice expected at most 3 arguments, got 4
print(error(slice(1, 2, 0).indices, 5))  # expect: ValueError: slice step cannot be zero
print(error(slice(1).indices, -1))  # expect: ValueError: length should not be negative
print(error(slice("a").indices, 5))
# expect: TypeError: slice indices must be integers or None or have an __index__ method
print(error(setattr, s, "start", 3))  # expect: AttributeError: readonly attribute
class Show:
    def __getitem__(self, key):
        return key
print(Show()[1:2], Show()[1:2, ::3], Show()[:])
# expect: slice(1, 2, None) (slice(1, 2, None), slice(None, None, 3)) slice(None, None, None)
