# Annotations of functions, classes and modules.
def f(a: int, b: "str" = 1, *args: tuple, c: list = [], **kw: dict) -> None:
    x: int = 1
    y: undefined_name
    return x
print(f.__annotations__, f(1))
# expect: {'a': <class 'int'>, 'b': 'str', 'args': <class 'tuple'>, 'c': <class 'list'>, 'kw': <class 'dict'>, 'return': None} 1
module_variable: int = 3
only_annotated: str
print(__annotations__)  # expect: {'module_variable': <class 'int'>, 'only_annotated': <class 'str'>}
class C:
    a: int
    b: list[int] = []
    def m(self, x: "C") -> "C": ...
print(C.__annotations__, C.m.__annotations__)
# expect: {'a': <class 'int'>, 'b': list[int]} {'x': 'C', 'return': 'C'}
try:
    only_annotated
except NameError as error:
    print(error)  # expect: name 'only_annotated' is not defined
def evaluated(x: print("evaluated at definition") = 0): pass  # expect: evaluated at definition
class Attr: pass
o = Attr()
o.x: int = 5
d = {}
d["k"]: str = "v"
print(o.x, d)  # expect: 5 {'k': 'v'}
def g(*args: *tuple[int, ...]): pass
print(g.__annotations__)  # expect: {'args': *tuple[int, ...]}
