# Constructors, attributes and texts of the exception classes.
def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


print(repr(ValueError()), repr(ValueError(1)), repr(ValueError(1, "a")))
print(str(ValueError()), str(ValueError(1)), str(ValueError(1, "a")))
print(str(KeyError("a")), str(KeyError("a", 1)), str(KeyError()))
show(lambda: ValueError(x=1))
e = StopIteration(5, 6)
print(e.value, e.args, StopIteration().value)
print(SystemExit().code, SystemExit(3).code, SystemExit(1, 2).code)
e = ImportError("m", name="n", path="p")
print(e.msg, e.name, e.path, e)
show(lambda: ImportError("m", other=1))
show(lambda: ImportError("a", "b").msg)
e = AttributeError("m", name="n", obj=5)
print(e.name, e.obj)
e = NameError("m", name="n")
print(e.name, e)
print(UnboundLocalError("m", name="q").name)

for number in 2, 13, 1, 17, 20, 21, 32, 10, 104, 103, 111, 110, 4, 3, 11, 115, 22:
    e = OSError(number, "text")
    print(type(e).__name__, e, e.args, e.errno, e.strerror, e.filename)
e = OSError(2, "no", "file", None, "other")
print(e, e.args, e.filename, e.filename2, e.__reduce__())
print(OSError("only"), OSError("only").errno, OSError(1, 2, 3, 4, 5, 6).args)
print(OSError(5, "x", "name"), FileNotFoundError(1, "x").errno)
e = BlockingIOError(11, "x", 7)
print(e.characters_written, e.args, e.filename)
show(lambda: BlockingIOError().characters_written)


class WithInit(OSError):
    def __init__(self, a, b):
        self.a = a
        super().__init__(2, b)


e = WithInit(1, "b")
print(e, e.a, e.errno, e.args)


class WithNew(OSError):
    def __new__(cls, a):
        return super().__new__(cls, 2, a)

    def __init__(self, a):
        pass


print(WithNew("x"), WithNew("x").args)

e = SyntaxError("bad", ("dir/f.py", 3, 4, "text", 3, 6))
print(e, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.msg)
print(SyntaxError("bad", ("f", None, None, None)), SyntaxError("bad", (None, 3, None, None)))
show(lambda: SyntaxError("m", ("f",)))
show(lambda: SyntaxError("m", ("f", 1, 2, 3, 4)))
show(lambda: SyntaxError("m", ("f", 1, 2, 3, 4, 5, 6)))

print(UnicodeEncodeError("ascii", "aäb", 1, 2, "why"))
print(UnicodeEncodeError("ascii", "a€b", 1, 2, "why"))
print(UnicodeEncodeError("ascii", "a\U0001F600b", 1, 2, "why"))
print(UnicodeEncodeError("ascii", "abc", 0, 3, "why"))
print(UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "why"))
print(UnicodeDecodeError("utf-8", bytearray(b"abc"), 0, 2, "why"))
print(UnicodeTranslateError("aäb", 1, 2, "why"))
show(lambda: UnicodeEncodeError("a", b"b", 1, 2, "c"))
show(lambda: UnicodeDecodeError("a", "b", 1, 2, "c"))
show(lambda: UnicodeEncodeError())
e = UnicodeEncodeError("ascii", "abc", 1, 2, "why")
e.start = 2
e.reason = "other"
print(e.start, e.end, e.object, e.encoding, e.reason, e)

e = ValueError(1)
e.x = 5
print(e.__reduce__(), e.__dict__)
e.__setstate__({"y": 6})
print(e.y)
e.args = [1, 2]
print(e.args, e.with_traceback(None) is e)
show(lambda: e.with_traceback(5))
show(lambda: setattr(e, "__cause__", 5))
show(lambda: setattr(e, "__context__", 5))
show(lambda: delattr(e, "args"))
e.__cause__ = None
print(e.__suppress_context__)
print([c.__name__ for c in BlockingIOError.__mro__], EnvironmentError is OSError, IOError is OSError)
print(ExceptionGroup.__mro__)

# expect: ValueError() ValueError(1) ValueError(1, 'a')
# expect:  1 (1, 'a')
# expect: 'a' ('a', 1) 
# expect: TypeError ValueError() takes no keyword arguments
# expect: 5 (5, 6) None
# expect: None 3 (1, 2)
# expect: m n p m
# expect: TypeError 'other' is an invalid keyword argument for ImportError()
# expect: None
# expect: n 5
# expect: n m
# expect: q
# expect: FileNotFoundError [Errno 2] text (2, 'text') 2 text None
# expect: PermissionError [Errno 13] text (13, 'text') 13 text None
# expect: PermissionError [Errno 1] text (1, 'text') 1 text None
# expect: FileExistsError [Errno 17] text (17, 'text') 17 text None
# expect: NotADirectoryError [Errno 20] text (20, 'text') 20 text None
# expect: IsADirectoryError [Errno 21] text (21, 'text') 21 text None
# expect: BrokenPipeError [Errno 32] text (32, 'text') 32 text None
# expect: ChildProcessError [Errno 10] text (10, 'text') 10 text None
# expect: ConnectionResetError [Errno 104] text (104, 'text') 104 text None
# expect: ConnectionAbortedError [Errno 103] text (103, 'text') 103 text None
# expect: ConnectionRefusedError [Errno 111] text (111, 'text') 111 text None
# expect: TimeoutError [Errno 110] text (110, 'text') 110 text None
# expect: InterruptedError [Errno 4] text (4, 'text') 4 text None
# expect: ProcessLookupError [Errno 3] text (3, 'text') 3 text None
# expect: BlockingIOError [Errno 11] text (11, 'text') 11 text None
# expect: BlockingIOError [Errno 115] text (115, 'text') 115 text None
# expect: OSError [Errno 22] text (22, 'text') 22 text None
# expect: [Errno 2] no: 'file' -> 'other' (2, 'no') file other (<class 'FileNotFoundError'>, (2, 'no', 'file', None, 'other'))
# expect: only None (1, 2, 3, 4, 5, 6)
# expect: [Errno 5] x: 'name' 1
# expect: 7 (11, 'x', 7) None
# expect: AttributeError characters_written
# expect: [Errno 2] b 1 2 (2, 'b')
# expect: [Errno 2] x (2, 'x')
# expect: bad (f.py, line 3) dir/f.py 3 4 text 3 6 bad
# expect: bad (f) bad (line 3)
# expect: TypeError function takes at least 4 arguments (1 given)
# expect: TypeError end_offset must be provided when end_lineno is provided
# expect: TypeError function takes at most 6 arguments (7 given)
# expect: 'ascii' codec can't encode character '\xe4' in position 1: why
# expect: 'ascii' codec can't encode character '\u20ac' in position 1: why
# expect: 'ascii' codec can't encode character '\U0001f600' in position 1: why
# expect: 'ascii' codec can't encode characters in position 0-2: why
# expect: 'utf-8' codec can't decode byte 0xff in position 1: why
# expect: 'utf-8' codec can't decode bytes in position 0-1: why
# expect: can't translate character '\xe4' in position 1: why
# expect: TypeError argument 2 must be str, not bytes
# expect: TypeError a bytes-like object is required, not 'str'
# expect: TypeError function takes exactly 5 arguments (0 given)
# expect: 2 2 abc ascii other 'ascii' codec can't encode characters in position 2-1: other
# expect: (<class 'ValueError'>, (1,), {'x': 5}) {'x': 5}
# expect: 6
# expect: (1, 2) True
# expect: TypeError __traceback__ must be a traceback or None
# expect: TypeError exception cause must be None or derive from BaseException
# expect: TypeError exception context must be None or derive from BaseException
# expect: TypeError args may not be deleted
# expect: True
# expect: ['BlockingIOError', 'OSError', 'Exception', 'BaseException', 'object'] True True
# expect: (<class 'ExceptionGroup'>, <class 'BaseExceptionGroup'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)
