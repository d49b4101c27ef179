# The events of a trace function around exceptions, `finally` and `with`.
from _tracing import events


def try_without():
    try:
        a = 1
    except ValueError:
        b = 1
    else:
        c = 1
    finally:
        d = 1
    e = 1
events(try_without)
# expect: try_without: 0 call try_without, 1, 2, 6, 8, 9, 9 return try_without


def clauses(kind):
    try:
        raise kind
    except KeyError:
        a = 1
    except (ValueError, OSError) as e:
        b = 1
    except:
        c = 1
    d = 1
events(clauses, KeyError)
# expect: clauses: 0 call clauses, 1, 2, 2 KeyError, 3, 4, 9, 9 return clauses
events(clauses, ValueError)
# expect: clauses: 0 call clauses, 1, 2, 2 ValueError, 3, 5, 6, 9, 9 return clauses
events(clauses, IndexError)
# expect: clauses: 0 call clauses, 1, 2, 2 IndexError, 3, 5, 7, 8, 9, 9 return clauses


def nothing_fits():
    try:
        raise IndexError
    except KeyError:
        a = 1
    except ValueError:
        b = 1
events(nothing_fits)
# expect: nothing_fits: 0 call nothing_fits, 1, 2, 2 IndexError, 3, 5, 5 return nothing_fits


def finally_raising():
    try:
        1 / 0
    finally:
        a = 1
        b = 1
events(finally_raising)
# expect: finally_raising: 0 call finally_raising, 1, 2, 2 ZeroDivisionError, 4, 5, 5 return finally_raising


def raised_in_handler():
    try:
        raise KeyError
    except KeyError as e:
        a = 1
        raise ValueError
events(raised_in_handler)
# expect: raised_in_handler: 0 call raised_in_handler, 1, 2, 2 KeyError, 3, 4, 5, 5 ValueError, 5 return raised_in_handler


def raised_again():
    try:
        raise KeyError
    except KeyError:
        a = 1
        raise
events(raised_again)
# expect: raised_again: 0 call raised_again, 1, 2, 2 KeyError, 3, 4, 5, 5 return raised_again


def nested_handlers():
    try:
        try:
            1 / 0
        except KeyError:
            pass
    except ZeroDivisionError:
        try:
            raise
        except:
            pass
events(nested_handlers)
# expect: nested_handlers: 0 call nested_handlers, 1, 2, 3, 3 ZeroDivisionError, 4, 6, 7, 8, 9, 10, 10 return nested_handlers


def return_through_finally():
    for i in range(2):
        try:
            return i
        finally:
            a = 1
            b = 1
events(return_through_finally)
# expect: return_through_finally: 0 call return_through_finally, 1, 2, 3, 5, 6, 6 return return_through_finally


def constant_through_finally():
    try:
        return 1
    finally:
        2
events(constant_through_finally)
# expect: constant_through_finally: 0 call constant_through_finally, 1, 2, 4, 4 return constant_through_finally


def loop_through_finally():
    for i in range(3):
        try:
            if i == 1:
                break
            continue
        finally:
            a = 1
    b = 1
events(loop_through_finally)
# expect: loop_through_finally: 0 call loop_through_finally, 1, 2, 3, 5, 7, 1, 2, 3, 4, 7, 8, 8 return loop_through_finally


def try_pass():
    try:
        pass
    except ValueError:
        pass
    try:
        int("x")
    except ValueError:
        pass
events(try_pass)
# expect: try_pass: 0 call try_pass, 1, 2, 5, 6, 6 ValueError, 7, 8, 8 return try_pass


class Manager:
    def __init__(self, suppress=False): self.suppress = suppress
    def __enter__(self): return self
    def __exit__(self, *info): return self.suppress


def with_statement():
    with Manager() as m:
        a = 1
    with Manager(), Manager():
        pass
events(with_statement)
# expect: with_statement: 0 call with_statement, 1, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 2, 1, 0 call __exit__, 0, 0 return __exit__, 3, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 4, 3, 0 call __exit__, 0, 0 return __exit__, 0 call __exit__, 0, 0 return __exit__, 3 return with_statement


def with_exception():
    with Manager(True):
        a = 1
        1 / 0
    b = 1
events(with_exception)
# expect: with_exception: 0 call with_exception, 1, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 2, 3, 3 ZeroDivisionError, 1, 0 call __exit__, 0, 0 return __exit__, 4, 4 return with_exception


def with_exception_through():
    with Manager():
        a = 1
        1 / 0
events(with_exception_through)
# expect: with_exception_through: 0 call with_exception_through, 1, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 2, 3, 3 ZeroDivisionError, 1, 0 call __exit__, 0, 0 return __exit__, 3 return with_exception_through


def with_return():
    with Manager():
        for i in range(2):
            return i
events(with_return)
# expect: with_return: 0 call with_return, 1, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 2, 3, 1, 0 call __exit__, 0, 0 return __exit__, 1 return with_return


def with_break():
    for i in range(2):
        with Manager():
            break
    a = 1
events(with_break)
# expect: with_break: 0 call with_break, 1, 2, 0 call __init__, 0, 0 return __init__, 0 call __enter__, 0, 0 return __enter__, 3, 2, 0 call __exit__, 0, 0 return __exit__, 4, 4 return with_break


def exception_groups():
    try:
        raise ExceptionGroup("", [ValueError(), KeyError()])
    except* ValueError:
        a = 1
    except* KeyError as e:
        pass
    b = 1
events(exception_groups)
# expect: exception_groups: 0 call exception_groups, 1, 2, 2 ExceptionGroup, 3, 4, 5, 6, 7, 7 return exception_groups


class Iterator:
    def __iter__(self): return self
    def __next__(self): raise StopIteration


async def coroutine(x):
    return x


async def awaiting():
    a = await coroutine(1)
    async with AsyncManager():
        b = 1
    return a


class AsyncManager:
    async def __aenter__(self): return self
    async def __aexit__(self, *info): pass


def run_coroutine():
    try:
        awaiting().send(None)
    except StopIteration:
        pass
events(run_coroutine)
# expect: run_coroutine: 0 call run_coroutine, 1, 2, 0 call awaiting, 1, 0 call coroutine, 1, 1 return coroutine, 1 StopIteration, 2, 0 call __aenter__, 0, 0 return __aenter__, 2 StopIteration, 3, 2, 0 call __aexit__, 0, 0 return __aexit__, 2 StopIteration, 4, 4 return awaiting, 2 StopIteration, 3, 4, 4 return run_coroutine


def generator():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        a = 1
        raise


def closing():
    g = generator()
    next(g)
    g.close()
events(closing)
# expect: closing: 0 call closing, 1, 2, 0 call generator, 1, 2, 2 return generator, 3, 2 call generator, 2 GeneratorExit, 4, 5, 6, 6 return generator, 3 return closing


def throwing():
    g = generator()
    next(g)
    try:
        g.throw(KeyError)
    except KeyError:
        pass
events(throwing)
# expect: throwing: 0 call throwing, 1, 2, 0 call generator, 1, 2, 2 return generator, 3, 4, 2 call generator, 2 KeyError, 4, 4 return generator, 4 KeyError, 5, 6, 6 return throwing


def with_value():
    yield 1
    return 2


def loop_over_value():
    for x in with_value():
        pass
events(loop_over_value)
# expect: loop_over_value: 0 call loop_over_value, 1, 0 call with_value, 1, 1 return with_value, 2, 1, 1 call with_value, 2, 2 return with_value, 1 StopIteration, 1 return loop_over_value
