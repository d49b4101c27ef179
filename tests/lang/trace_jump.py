# frame.f_lineno = line: where a debugger may move a frame, and where not.
import sys


def jump(function, start, target, *arguments):
    code = function.__code__
    first = code.co_firstlineno

    def trace(frame, event, argument):
        nonlocal start
        if frame.f_code is code and event == "line" and start is not None and frame.f_lineno == first + start:
            start = None
            try:
                frame.f_lineno = first + target if isinstance(target, int) else target
            except ValueError as e:
                print("ValueError:", str(e).replace(str(first + target), "N") if isinstance(target, int) else e)
        return trace
    output = []
    sys.settrace(trace)
    try:
        function(output, *arguments)
    except Exception as e:
        output.append(type(e).__name__)
    finally:
        sys.settrace(None)
    print(output)


def straight(output):
    output.append(1)
    output.append(2)
    output.append(3)
jump(straight, 1, 3)
# expect: [3]
jump(straight, 3, 1)
# expect: [1, 2, 1, 2, 3]
jump(straight, 2, "3")
# expect: ValueError: lineno must be an integer
# expect: [1, 2, 3]
jump(straight, 2, 1000)
# expect: ValueError: line N comes after the current code block
# expect: [1, 2, 3]
jump(straight, 2, -5)
# expect: ValueError: line N comes before the current code block
# expect: [1, 2, 3]


def loop(output):
    output.append(1)
    for i in 5, 6:
        output.append(i)
        output.append(i * 10)
    output.append(2)
jump(loop, 1, 3)
# expect: ValueError: can't jump into the body of a for loop
# expect: [1, 5, 50, 6, 60, 2]
jump(loop, 3, 4)
# expect: [1, 50, 6, 60, 2]
jump(loop, 4, 5)
# expect: [1, 5, 2]
jump(loop, 4, 2)
# expect: [1, 5, 5, 50, 6, 60, 2]


def while_loop(output):
    i = 2
    while i:
        output.append(i)
        i -= 1
    output.append("end")
jump(while_loop, 4, 2)
# expect: [2, 2, 1, 'end']
jump(while_loop, 5, 1)
# expect: [2, 1, 2, 1, 'end']


# A local that was jumped over is None.
def unbound(output):
    a = 1
    output.append(a)
jump(unbound, 1, 2)
# expect: [None]
# expect-stderr: trace_jump.py:14: RuntimeWarning: assigning None to 1 unbound local
# expect-stderr:   frame.f_lineno = first + target if isinstance(target, int) else target


class Manager:
    def __init__(self, output, name):
        self.output, self.name = output, name
    def __enter__(self): self.output.append("enter " + self.name)
    def __exit__(self, *info): self.output.append("exit " + self.name)


def managers(output):
    output.append(1)
    with Manager(output, "a"):
        output.append(2)
    with Manager(output, "b"):
        output.append(3)
    output.append(4)
jump(managers, 1, 3)
# expect: ValueError: incompatible stacks
# expect: [1, 'enter a', 2, 'exit a', 'enter b', 3, 'exit b', 4]
jump(managers, 3, 5)
# expect: [1, 'enter a', 3, 'exit a', 4]
jump(managers, 3, 6)
# expect: [1, 'enter a', 4]


def handlers(output):
    try:
        output.append(1)
        raise KeyError
    except KeyError:
        output.append(2)
    output.append(sys.exc_info()[0])
    try:
        output.append(3)
    finally:
        output.append(4)
jump(handlers, 2, 5)
# expect: ValueError: can't jump into an 'except' block as there's no exception
# expect: [1, 2, None, 3, 4]
jump(handlers, 5, 6)
# expect: [1, None, 3, 4]
jump(handlers, 5, 2)
# expect: [1, 1, 2, None, 3, 4]
jump(handlers, 6, 10)
# expect: [1, 2, 4]


def expression(output):
    output.append(1)
    output.append([
        len("a"),
        len("ab"),
    ])
    output.append(2)
jump(expression, 1, 4)
# expect: ValueError: incompatible stacks
# expect: [1, [1, 2], 2]


# Not without a trace function, and not in other events.
try:
    sys._getframe().f_lineno = 1
except ValueError as e:
    print(e)
# expect: can't jump from the 'call' trace event of a new frame


def at_call(frame, event, argument):
    try:
        frame.f_lineno = frame.f_lineno
    except ValueError as e:
        print(event, e)
    return at_call if event == "call" else None
def returning():
    return 1
def only_return(frame, event, argument):
    if event != "line": at_call(frame, event, argument)
    return only_return
sys.settrace(only_return)
returning()
sys.settrace(None)
# expect: call can't jump from the 'call' trace event of a new frame
# expect: return can only jump from a 'line' trace event
