# ExceptionGroup: construction, split, subgroup, derive; except*.
def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


G = ExceptionGroup
g = G("m", [ValueError(1), G("n", [TypeError(2), ValueError(3)])])
print(g, repr(g), g.message, g.exceptions)
show(lambda: g.split(ValueError))
show(lambda: g.subgroup(TypeError))
show(lambda: g.subgroup(OSError))
show(lambda: g.split((TypeError, OSError)))
show(lambda: g.split(lambda e: isinstance(e, G)))
show(lambda: g.subgroup(lambda e: getattr(e, "args", None) == (3,)))
show(lambda: g.split(5))
show(lambda: G("m"))
show(lambda: G(1, [ValueError()]))
show(lambda: G("m", []))
show(lambda: G("m", 5))
show(lambda: G("m", [5]))
show(lambda: G("m", [KeyboardInterrupt()]))
show(lambda: type(BaseExceptionGroup("m", [ValueError()])))
show(lambda: type(BaseExceptionGroup("m", [KeyboardInterrupt()])))


class Mine(G):
    def __new__(cls, message, exceptions, code=0):
        self = super().__new__(cls, message, exceptions)
        self.code = code
        return self

    def derive(self, exceptions):
        return Mine(self.message, exceptions, self.code)


m = Mine("x", [ValueError(1), TypeError(2)], 7)
m.add_note("n")
match, rest = m.split(ValueError)
print(match, match.code, rest.code, match.__notes__, rest.exceptions)
print(G[int])

try:
    raise g
except* TypeError as e:
    print("type", repr(e))
except* ValueError as e:
    print("value", repr(e))

try:
    try:
        raise g
    except* TypeError as e:
        print("only", repr(e))
except G as e:
    print("left", repr(e))

try:
    raise ValueError("naked")
except* ValueError as e:
    print(repr(e))

try:
    try:
        raise G("two", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise OSError("new")
    except* TypeError:
        raise
except BaseException as e:
    print(repr(e), repr(e.exceptions[0].__context__))

try:
    try:
        raise G("one", [ValueError(1)])
    except* ValueError:
        raise OSError("alone")
except BaseException as e:
    print(repr(e))

# expect: m (2 sub-exceptions) ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [TypeError(2), ValueError(3)])]) m (ValueError(1), ExceptionGroup('n', [TypeError(2), ValueError(3)]))
# expect: (ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [ValueError(3)])]), ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])]))
# expect: ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])])
# expect: None
# expect: (ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])]), ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [ValueError(3)])]))
# expect: (ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [TypeError(2), ValueError(3)])]), None)
# expect: ExceptionGroup('m', [ExceptionGroup('n', [ValueError(3)])])
# expect: TypeError expected a function, exception type or tuple of exception types
# expect: TypeError BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)
# expect: TypeError BaseExceptionGroup.__new__() argument 1 must be str, not int
# expect: ValueError second argument (exceptions) must be a non-empty sequence
# expect: TypeError second argument (exceptions) must be a sequence
# expect: ValueError Item 0 of second argument (exceptions) is not an exception
# expect: TypeError Cannot nest BaseExceptions in an ExceptionGroup
# expect: <class 'ExceptionGroup'>
# expect: <class 'BaseExceptionGroup'>
# expect: x (1 sub-exception) 7 7 ['n'] (TypeError(2),)
# expect: ExceptionGroup[int]
# expect: type ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])])
# expect: value ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [ValueError(3)])])
# expect: only ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])])
# expect: left ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [ValueError(3)])])
# expect: ExceptionGroup('', (ValueError('naked'),))
# expect: ExceptionGroup('', [OSError('new'), ExceptionGroup('two', [TypeError(2)])]) ExceptionGroup('two', [ValueError(1)])
# expect: ExceptionGroup('', [OSError('alone')])
