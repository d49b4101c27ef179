"""Prints the events of a function and what it calls, with lines counted from each one's `def`."""
import sys


def events(function, *arguments):
    code = function.__code__
    lines = []

    def trace(frame, event, argument):
        if frame.f_code.co_filename != code.co_filename:
            return None
        name = frame.f_code.co_name
        word = {"call": f"call {name}", "line": None, "return": f"return {name}"}.get(event, event)
        if event == "exception":
            word = argument[0].__name__
        number = str(frame.f_lineno - frame.f_code.co_firstlineno)
        lines.append(number if word is None else f"{number} {word}")
        return trace

    sys.settrace(trace)
    try:
        function(*arguments)
    except Exception:
        pass
    finally:
        sys.settrace(None)
    print(f"{function.__name__}:", ", ".join(lines))
