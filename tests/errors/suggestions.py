# "Did you mean": names and attributes that are near.
import io
import sys


def show(function):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        try:
            function()
        except BaseException as e:
            sys.excepthook(type(e), e, e.__traceback__)
        print(sys.stderr.getvalue().splitlines()[-1])
    finally:
        sys.stderr = saved


some_global = 1


def local():
    counter = 1
    return countr


def global_():
    return some_globl


def builtin():
    return pritn


def attribute():
    class A:
        blech = 1
    return A().bluch


def far():
    class A:
        blech = 1
    return A().something_else


def module():
    return sys.versoin


def case():
    return True.BIT_LENGTH


def free():
    captured = 1

    def inner():
        return captured, captred
    return inner()


def many():
    class A:
        pass
    a = A()
    for i in range(800):
        setattr(a, f"attribute{i}", i)
    return a.attribut1


for f in local, global_, builtin, attribute, far, module, case, free, many:
    show(f)

# expect: NameError: name 'countr' is not defined. Did you mean: 'counter'?
# expect: NameError: name 'some_globl' is not defined. Did you mean: 'some_global'?
# expect: NameError: name 'pritn' is not defined. Did you mean: 'print'?
# expect: AttributeError: 'A' object has no attribute 'bluch'. Did you mean: 'blech'?
# expect: AttributeError: 'A' object has no attribute 'something_else'
# expect: AttributeError: module 'sys' has no attribute 'versoin'. Did you mean: 'version'?
# expect: AttributeError: 'bool' object has no attribute 'BIT_LENGTH'
# expect: NameError: name 'captred' is not defined
# expect: AttributeError: 'A' object has no attribute 'attribut1'
