# An exception thrown into a generator that has not begun is raised at its def, outside of any try.
import traceback


def careful():
    try:
        yield 1
    except ValueError:
        print("never here")
    finally:
        print("nor here")


generator = careful()
print(generator.gi_frame.f_lineno)       # expect: 5
try:
    generator.throw(ValueError, 7)
except ValueError as error:
    entry = error.__traceback__.tb_next
    print(error, entry.tb_lineno, entry.tb_lasti < 0)  # expect: 7 5 False
    print(traceback.format_tb(entry)[0].splitlines()[-1])  # expect:     def careful():
print(list(generator))                   # expect: []


class Through:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        pass


def leave():
    with Through():
        1 / 0
        print("not reached")


# The frame of an exception that __exit__() let through stands where it was raised.
try:
    leave()
except ZeroDivisionError as error:
    entry = error.__traceback__.tb_next
    print(entry.tb_lineno, entry.tb_frame.f_lineno)  # expect: 35 35
