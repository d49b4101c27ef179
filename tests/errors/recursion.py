# Recursion without end is a RecursionError, in Python functions and where C recurses.
import sys
def attempt(name, f):
    try:
        f()
        print(name, "no error")
    except RecursionError as e:
        print(name, "RecursionError")
def down(): down()
attempt("function", down)  # expect: function RecursionError
def nest(n=100_000):
    x = []
    for _ in range(n): x = [x]
    return x
attempt("repr", lambda: repr(nest()))  # expect: repr RecursionError
attempt("compare", lambda: nest() == nest())  # expect: compare RecursionError
class A:
    def __getattr__(self, name): return self.other
attempt("getattr", lambda: A().x)  # expect: getattr RecursionError
class B:
    def __repr__(self): return repr(self)
attempt("own repr", lambda: repr(B()))  # expect: own repr RecursionError
class C:
    def __eq__(self, o): return self == o
attempt("eq", lambda: C() == C())  # expect: eq RecursionError
class D:
    def __hash__(self): return hash(self)
attempt("hash", lambda: {D(): 1})  # expect: hash RecursionError
class E:
    def __call__(self): return self()
attempt("call", lambda: E()())  # expect: call RecursionError
class F:
    def __iter__(self): return iter(self)
attempt("iter", lambda: list(F()))  # expect: iter RecursionError
def g(): yield from g()
attempt("generator", lambda: list(g()))  # expect: generator RecursionError
t = ()
for _ in range(100_000): t = (t,)
attempt("hash tuple", lambda: hash(t))  # expect: hash tuple RecursionError
attempt("isinstance", lambda: isinstance(1, t))  # expect: isinstance RecursionError
attempt("str", lambda: str(nest()))  # expect: str RecursionError
print(sys.getrecursionlimit())  # expect: 1000
