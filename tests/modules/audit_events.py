# Audit hooks are told what the program does (PEP 578), and may refuse it.
import array
import marshal
import os
import socket
import sys
import tempfile

seen = []
listening = False


def hook(event, arguments):
    if listening:
        seen.append((event, *[a if isinstance(a, (str, int, type(None))) else type(a).__name__ for a in arguments]))
        if arguments and isinstance(arguments[0], str) and "forbidden" in arguments[0]:
            raise PermissionError(event)


sys.addaudithook(hook)


def events(action):
    global listening
    seen.clear()
    listening = True
    try:
        action()
    except Exception as error:
        seen.append((type(error).__name__, str(error)))
    listening = False
    print(*seen)


def function(a=1):
    yield


class Class:
    pass


def set_attributes():
    function.__defaults__ = (2,)
    del function.__defaults__
    Class().__class__ = Class
    Class.__name__ = "Other"


os.chdir(tempfile.mkdtemp())
code = compile("1", "file.py", "eval")
events(lambda: eval(code))                    # expect: ('exec', 'code')
events(lambda: compile("1", "file.py", "eval"))  # expect: ('compile', '1', 'file.py')
events(lambda: __import__("missing_module"))
# expect: ('import', 'missing_module', None, 'list', 'list', 'list') ('ModuleNotFoundError', "No module named 'missing_module'")
events(lambda: open("f", "w").close() or os.remove("f"))
# expect: ('open', 'f', 'w', 524865) ('os.remove', 'f', -1)
events(lambda: (os.mkdir("d"), os.rename("d", "e"), os.rmdir("e")))
# expect: ('os.mkdir', 'd', 511, -1) ('os.rename', 'd', 'e', -1, -1) ('os.rmdir', 'e', -1)
events(lambda: os.mkdir("forbidden"))         # expect: ('os.mkdir', 'forbidden', 511, -1) ('PermissionError', 'os.mkdir')
print(os.listdir())                           # expect: []
events(lambda: (function.__code__, function().gi_frame.f_code))
# expect: ('object.__getattr__', 'function', '__code__') ('object.__getattr__', 'generator', 'gi_frame') ('object.__getattr__', 'frame', 'f_code')
events(set_attributes)
# expect: ('object.__setattr__', 'function', '__defaults__', 'tuple') ('object.__delattr__', 'function', '__defaults__') ('object.__setattr__', 'Class', '__class__', 'type') ('object.__setattr__', 'type', '__name__', 'Other')
events(lambda: marshal.loads(marshal.dumps(1)))  # expect: ('marshal.dumps', 1, 4) ('marshal.loads', 'bytes')
events(lambda: array.array("i", [1]))         # expect: ('array.__new__', 'i', 'list')
events(lambda: socket.socket().close())       # expect: ('socket.__new__', 'socket', 2, 1, 0)
events(lambda: sys._current_frames() and None)  # expect: ('sys._current_frames',)
events(lambda: sys.audit("own.event", 1))     # expect: ('own.event', 1)
# Those that are there may refuse further hooks, silently.
listening = True


def refuse(event, arguments):
    if event == "sys.addaudithook":
        raise RuntimeError


sys.addaudithook(refuse)
sys.addaudithook(lambda event, arguments: print("never told", event))
sys.audit("last.event")
