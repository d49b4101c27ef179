# complex: literals, arithmetic, text, errors.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

import operator
print(1j, 1 + 2j, -0j, complex(0, -0.0), complex(-0.0, 1), complex("nan+infj"), 3j.imag)
# expect: 1j (1+2j) (-0-0j) -0j (-0+1j) (nan+infj) 3.0
print((1 + 2j) * (3 - 4j), (1 + 2j) / (3 - 4j), (1 + 2j) ** 2, (1 + 2j) ** -2, 2 ** 1j, (1 + 1j) ** 0.5)
# expect: (11+2j) (-0.2+0.4j) (-3+4j) (-0.12-0.16j) (0.7692389013639721+0.6389612763136348j) (1.0986841134678098+0.45508986056222733j)
print(1j + 1, 2.5 - 1j, True * 1j, -1j, +1j, abs(3 + 4j), (3 + 4j).conjugate(), bool(0j))
# expect: (1+1j) (2.5-1j) 1j (-0-1j) 1j 5.0 (3-4j) False
print(1 + 0j == 1, 1 + 0j == 1.0, 1j == 1, hash(1 + 0j) == hash(1), hash(1j), 2 ** 53 + 1 == complex(2 ** 53))
# expect: True True False True 1000003 False
for text in ("1", "1j", "-j", "+1.5e3-2j", "(1+2j)", " ( 1 + 2j ) ", "1+", "j1", "1 + 2j", "1_0j", "inf-nanj", ""):
    print(repr(text), error(complex, text))
# expect: '1' (1+0j)
# expect: '1j' 1j
# expect: '-j' -1j
# expect: '+1.5e3-2j' (1500-2j)
# expect: '(1+2j)' (1+2j)
# expect: ' ( 1 + 2j ) ' ValueError: complex() arg is a malformed string
# expect: '1+' ValueError: complex() arg is a malformed string
# expect: 'j1' ValueError: complex() arg is a malformed string
# expect: '1 + 2j' ValueError: complex() arg is a malformed string
# expect: '1_0j' 10j
# expect: 'inf-nanj' (inf+nanj)
# expect: '' ValueError: complex() arg is a malformed string
print(error(complex, "1", 2))
# expect: TypeError: complex() can't take second arg if first is a string
print(error(complex, 1, "2"))  # expect: TypeError: complex() second arg can't be a string
print(error(complex, []))
# expect: TypeError: complex() first argument must be a string or a number, not 'list'
print(complex(1j, 1j), complex(1, 2j), complex(real=1, imag=2))  # expect: (-1+1j) (-1+0j) (1+2j)
print(error(operator.truediv, 1j, 0))  # expect: ZeroDivisionError: complex division by zero
print(error(operator.pow, 0j, -1))  # expect: ZeroDivisionError: 0.0 to a negative or complex power
print(error(operator.lt, 1j, 2))
# expect: TypeError: '<' not supported between instances of 'complex' and 'int'
print(error(operator.floordiv, 1j, 2))
# expect: TypeError: unsupported operand type(s) for //: 'complex' and 'int'
print(error(int, 1j))
# expect: TypeError: int() argument must be a string, a bytes-like object or a real number, not 'complex'
print(error(abs, complex(1e308, 1e308)))  # expect: 1.4142135623730951e+308
class C:
    def __complex__(self):
        return 5j
print(complex(C()), (1 + 2j).__getnewargs__(), format(1 + 2j, ".2f"), f"{1j:>8}", f"{1.5+2j:+.1e}")
# expect: 5j (1.0, 2.0) 1.00+2.00j       1j +1.5e+00+2.0e+00j
