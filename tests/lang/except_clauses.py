# except: matching, names, chaining, what is being handled.
import sys
def classify(error):
    try:
        raise error
    except (KeyError, IndexError) as e:
        return "lookup", type(e).__name__
    except ArithmeticError:
        return "arithmetic"
    except Exception as e:
        return "other", str(e)
print(classify(KeyError(1)), classify(ZeroDivisionError()), classify(ValueError("v")))
# expect: ('lookup', 'KeyError') arithmetic ('other', 'v')
try:
    raise ValueError("named")
except ValueError as e:
    pass
try:
    e
except NameError as error:
    print(error)  # expect: name 'e' is not defined
def name_unbound():
    try:
        raise ValueError
    except ValueError as e:
        pass
    return e
try:
    name_unbound()
except UnboundLocalError as error:
    print(error)  # expect: cannot access local variable 'e' where it is not associated with a value
print(sys.exc_info())  # expect: (None, None, None)
try:
    raise KeyError("outer")
except KeyError:
    print(sys.exc_info()[1])
    try:
        raise TypeError("inner")
    except TypeError as error:
        print(repr(error.__context__), sys.exc_info()[1])
    print(sys.exc_info()[1])
# expect: 'outer'
# expect: KeyError('outer') inner
# expect: 'outer'
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("from") from error
except ValueError as error:
    print(repr(error.__cause__), error.__suppress_context__)  # expect: ZeroDivisionError('division by zero') True
try:
    raise ValueError from None
except ValueError as error:
    print(error.__cause__, error.__suppress_context__)  # expect: None True
def reraise():
    try:
        raise KeyError("again")
    except KeyError:
        raise
try:
    reraise()
except KeyError as error:
    print(error)  # expect: 'again'
try:
    raise
except RuntimeError as error:
    print(error)  # expect: No active exception to reraise
try:
    try:
        raise ValueError
    except "not a class":
        pass
except TypeError as error:
    print(error)  # expect: catching classes that do not inherit from BaseException is not allowed
try:
    raise 5
except TypeError as error:
    print(error)  # expect: exceptions must derive from BaseException
def nothing_matches():
    try:
        try:
            raise ValueError("through")
        except KeyError:
            return "wrong"
    except ValueError as error:
        return str(error)
print(nothing_matches())  # expect: through
for i in range(3):
    try:
        if i == 1:
            continue
        raise ValueError(i)
    except ValueError as error:
        print("loop", error)
# expect: loop 0
# expect: loop 2
