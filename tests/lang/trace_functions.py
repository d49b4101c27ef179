# sys.settrace and sys.setprofile themselves: what they give, what their functions may do, threads.
import gc
import sys
import threading

gc.disable()            # callbacks of weak references, of the imports for one, are calls too


def traced(function, trace, *arguments):
    sys.settrace(trace)
    try:
        return function(*arguments)
    finally:
        sys.settrace(None)


def three():
    a = 1
    b = 2
    return a + b


def nothing(frame, event, argument): return None


print(sys.gettrace(), sys.getprofile())
# expect: None None
sys.settrace(nothing); current = sys.gettrace(); sys.settrace(None)
print(current is nothing, sys.gettrace())
# expect: True None


# A function that returns None is told no more of that call.
seen = []
traced(three, lambda frame, event, argument: seen.append(event))
print(seen)
# expect: ['call']


# What the local function returns takes its place; None leaves it.
def first(frame, event, argument):
    seen.append("first " + event)
    return second if frame.f_code is three.__code__ else None
def second(frame, event, argument):
    seen.append("second " + event)
    return third if event == "line" else None
def third(frame, event, argument):
    seen.append("third " + event)
seen = []
traced(three, first)
print(seen[:5])
# expect: ['first call', 'second line', 'third line', 'third line', 'third return']


# Locals can be changed.
def change(frame, event, argument):
    if event == "line" and frame.f_lineno == three.__code__.co_firstlineno + 2:
        frame.f_locals["a"] = 40
    return change
print(traced(three, change))
# expect: 42


def captured():
    a = 1
    def f(): return a
    a = 2
    return f()
def change_cell(frame, event, argument):
    if frame.f_code is captured.__code__ and frame.f_lineno == captured.__code__.co_firstlineno + 4:
        frame.f_locals["a"] = 50
    return change_cell
print(traced(captured, change_cell))
# expect: 50


# An error in a trace function ends tracing and comes out where the program was.
def fail(frame, event, argument):
    if event == "line": raise KeyError("in the trace function")
    return fail
try:
    sys.settrace(fail)
    three()
except KeyError as e:
    print(e, sys.gettrace())
# expect: 'in the trace function' None


# f_trace_lines and f_trace_opcodes.
def without_lines(frame, event, argument):
    frame.f_trace_lines = False
    seen.append(event)
    return without_lines
seen = []
traced(three, without_lines)
print(seen[:2])
# expect: ['call', 'return']


def opcodes(frame, event, argument):
    frame.f_trace_opcodes = True
    seen.append((event, frame.f_lasti))
    return opcodes if frame.f_code is three.__code__ else None
seen = []
traced(three, opcodes)
offsets = [offset for event, offset in seen if event == "opcode"]
print(len(offsets) >= 3, offsets == sorted(set(offsets)), {offset % 2 for offset in offsets})
# expect: True True {0}


# f_trace of a frame that runs already: told from the next line on.
def set_from_inside():
    sys._getframe().f_trace = local
    sys.settrace(nothing)
    a = 1
    b = 2
    sys.settrace(None)
def local(frame, event, argument):
    seen.append((event, frame.f_lineno - set_from_inside.__code__.co_firstlineno))
    return local
seen = []
set_from_inside()
print(seen)
# expect: [('line', 3), ('line', 4), ('line', 5)]


# call_tracing: traced although inside a trace function.
def inner():
    return 5
def outer(frame, event, argument):
    seen.append((event, frame.f_code.co_name))
    if event == "line" and frame.f_code is three.__code__ and not any(name == "inner" for _, name in seen):
        print(sys.call_tracing(inner, ()))
    return outer
seen = []
traced(three, outer)
# expect: 5
print(seen[:6])
# expect: [('call', 'three'), ('line', 'three'), ('call', 'inner'), ('line', 'inner'), ('return', 'inner'), ('line', 'three')]


# Threads have functions of their own.
def thread_trace(frame, event, argument):
    if frame.f_code is three.__code__: seen.append(event)
    return thread_trace
seen = []
thread = threading.Thread(target=three)
sys.settrace(thread_trace)
thread.start()
sys.settrace(None)
thread.join()
print(seen)
# expect: []
threading.settrace(thread_trace)
thread = threading.Thread(target=three)
thread.start()
thread.join()
threading.settrace(None)
print(seen)
# expect: ['call', 'line', 'line', 'line', 'return']


# Profile functions hear of calls, native ones too, and no lines.
def profile(frame, event, argument):
    seen.append((event, frame.f_code.co_name, getattr(argument, "__name__", argument)))
def profiled(x):
    len("abc")
    [].append(x)
    try:
        int("x")
        abs("x")
    except (ValueError, TypeError):
        pass
    return x
seen = []
sys.setprofile(profile)
profiled(7)
sys.setprofile(None)
for item in seen: print(*item)
# expect: call profiled None
# expect: c_call profiled len
# expect: c_return profiled len
# expect: c_call profiled append
# expect: c_return profiled append
# expect: return profiled 7
# expect: c_call <module> setprofile


def profiled_error():
    abs("x")
seen = []
sys.setprofile(profile)
try: profiled_error()
except TypeError: pass
sys.setprofile(None)
for item in seen: print(*item)
# expect: call profiled_error None
# expect: c_call profiled_error abs
# expect: c_exception profiled_error abs
# expect: return profiled_error None
# expect: c_call <module> setprofile


# Generators are left by each yield and entered by each next().
def numbers():
    yield 1
    yield 2
seen = []
sys.setprofile(profile)
for x in numbers(): pass
sys.setprofile(None)
for item in seen: print(*item)
# expect: call numbers None
# expect: return numbers 1
# expect: call numbers None
# expect: return numbers 2
# expect: call numbers None
# expect: return numbers None
# expect: c_call <module> setprofile
