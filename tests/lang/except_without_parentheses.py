# Several exception types need no parentheses when there is no name for the exception (PEP 758).
for error in ValueError, KeyError, TypeError:
    try:
        raise error
    except ValueError, KeyError:
        print("first", error.__name__)
    except (TypeError) as e:
        print("second", type(e).__name__)
# expect: first ValueError
# expect: first KeyError
# expect: second TypeError
try:
    raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
except* ValueError, KeyError:
    print("both")
# expect: both
