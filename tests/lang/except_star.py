# except*: groups are split, the rest goes on.
def run(group):
    try:
        try:
            raise group
        except* ValueError as e:
            print("values", [str(x) for x in e.exceptions])
        except* (TypeError, KeyError) as e:
            print("types", [repr(x) for x in e.exceptions])
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as rest:
        print("rest", repr(rest))
run(ExceptionGroup("all", [ValueError("a"), TypeError("b"), ValueError("c")]))
# expect: values ['a', 'c']
# expect: types ["TypeError('b')"]
# expect: finally
run(ExceptionGroup("some", [ValueError("a"), OSError("b")]))
# expect: values ['a']
# expect: finally
# expect: rest ExceptionGroup('some', [OSError('b')])
run(ExceptionGroup("nested", [ExceptionGroup("in", [KeyError(1), OSError(2)])]))
# expect: types ["ExceptionGroup('in', [KeyError(1)])"]
# expect: finally
# expect: rest ExceptionGroup('nested', [ExceptionGroup('in', [OSError(2)])])
run(ValueError("naked"))
# expect: values ['naked']
# expect: finally
try:
    pass
except* ValueError:
    print("never")
else:
    print("no exception")  # expect: no exception
