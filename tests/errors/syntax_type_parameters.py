# Mistakes in type parameters and type aliases (PEP 695, PEP 696).
# The numbers are line, column, end line and end column.
def show(source):
    try:
        compile(source, "x", "exec")
        print("no error")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

show('def f[T: int')
# expect: SyntaxError '[' was never closed 1 6 1 0
show('def f[*T: int](): pass')
# expect: SyntaxError cannot use bound with TypeVarTuple 1 9 1 14
show('class A[**P: (int, str)]: pass')
# expect: SyntaxError cannot use constraints with ParamSpec 1 12 1 24
show('type X[] = int')
# expect: SyntaxError Type parameter list cannot be empty 1 8 1 10
show('def f[](): pass')
# expect: SyntaxError Type parameter list cannot be empty 1 7 1 7
show('type X = ')
# expect: SyntaxError invalid syntax 1 10 1 10
show('type X')
# expect: SyntaxError invalid syntax 1 7 1 7
show('def f[T=int, U](): pass')
# expect: SyntaxError non-default type parameter 'U' follows default type parameter 1 14 1 15
