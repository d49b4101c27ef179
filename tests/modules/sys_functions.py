# The module sys.
import sys
print(sys.implementation.name != "", sys.maxsize, hex(sys.maxunicode), sys.byteorder, sys.platform)
print(sys.version_info[:2], sys.version_info.major, sys.version_info >= (3, 11), sys.hexversion >> 16 == 0x030b)
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
print(sys.float_info.max, sys.float_info.dig, sys.hash_info.modulus, sys.hash_info.inf)
print(sys.int_info.default_max_str_digits, sys.flags.optimize, sys.flags.safe_path)
print(sys.exc_info(), sys.exception())
try:
    1 / 0
except ZeroDivisionError as e:
    print(sys.exc_info()[:2], sys.exception() is e)
print(sys.exc_info())


def frame_names():
    f = sys._getframe()
    return f.f_code.co_name, f.f_back.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno


print(frame_names())
for call in (lambda: sys._getframe(1000), lambda: sys.setrecursionlimit(0), lambda: sys.intern(5),
             lambda: sys.setswitchinterval(0), lambda: sys.set_int_max_str_digits(5), lambda: sys.exit(3)):
    try:
        call()
    except BaseException as e:
        print(type(e).__name__, e)
print(sys.intern("some") is sys.intern("so" + "me"), sys.getsizeof([]) > 0)
limit = sys.getrecursionlimit()
sys.setrecursionlimit(500)


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as e:
    print(e)
sys.setrecursionlimit(limit)
events = []
sys.addaudithook(lambda event, args: events.append((event, args)) if event.startswith("my.") else None)
sys.audit("my.event", 1, 2)
print(events)
sys.displayhook(None)
sys.displayhook([1])
print(_)
print("sys" in sys.builtin_module_names, "os" in sys.stdlib_module_names, "sys" in sys.modules)
print(sys.is_finalizing(), sys.getswitchinterval() > 0, sys.gettrace(), sys.getprofile())
print(sys.get_asyncgen_hooks(), sys.call_tracing(max, (1, 2)))

# expect: True 9223372036854775807 0x10ffff little linux
# expect: (3, 11) 3 True True
# expect: utf-8 utf-8 surrogateescape
# expect: 1.7976931348623157e+308 15 2305843009213693951 314159
# expect: 4300 0 False
# expect: (None, None, None) None
# expect: (<class 'ZeroDivisionError'>, ZeroDivisionError('division by zero')) True
# expect: (None, None, None)
# expect: ('frame_names', '<module>', 2)
# expect: ValueError call stack is not deep enough
# expect: ValueError recursion limit must be greater or equal than 1
# expect: TypeError intern() argument must be str, not int
# expect: ValueError switch interval must be strictly positive
# expect: ValueError maxdigits must be 0 or larger than 640
# expect: SystemExit 3
# expect: True True
# expect: maximum recursion depth exceeded
# expect: [('my.event', (1, 2))]
# expect: [1]
# expect: [1]
# expect: True True True
# expect: False True None None
# expect: asyncgen_hooks(firstiter=None, finalizer=None) 2
