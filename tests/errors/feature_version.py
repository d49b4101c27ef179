# ast.parse(feature_version=...) refuses what came into the language later.
import ast


def attempt(source, *version):
    try:
        ast.parse(source, feature_version=version)
        print("fine")
    except SyntaxError as error:
        print(error.msg)


attempt("with (a as b): pass", 3, 9)   # expect: fine
attempt("with (a as b): pass", 3, 8)   # expect: Parenthesized context managers are only supported in Python 3.9 and greater
attempt("with (a, b): pass", 3, 8)     # expect: fine
attempt("(x := 1)", 3, 8)              # expect: fine
attempt("(x := 1)", 3, 7)              # expect: Assignment expressions are only supported in Python 3.8 and greater
attempt("def f(a, /): pass", 3, 7)     # expect: Positional-only parameters are only supported in Python 3.8 and greater
attempt("lambda a, /: a", 3, 7)        # expect: Positional-only parameters are only supported in Python 3.8 and greater
attempt("f'{x=}'", 3, 7)               # expect: f-string: self documenting expressions are only supported in Python 3.8 and greater
attempt("f'{x}'", 3, 5)                # expect: Format strings are only supported in Python 3.6 and greater
attempt("1_000", 3, 5)                 # expect: Underscores in numeric literals are only supported in Python 3.6 and greater
attempt("x: int", 3, 5)                # expect: Variable annotation syntax is only supported in Python 3.6 and greater
attempt("a @ b", 3, 4)                 # expect: The '@' operator is only supported in Python 3.5 and greater
attempt("a @= b", 3, 4)                # expect: The '@' operator is only supported in Python 3.5 and greater
attempt("async def f(): pass", 3, 4)   # expect: Async functions are only supported in Python 3.5 and greater
attempt("async def f():\n async with a: pass", 3, 5)  # expect: fine
attempt("async def f():\n [x async for x in y]", 3, 5)  # expect: Async comprehensions are only supported in Python 3.6 and greater
attempt("match a:\n case 1: pass", 3, 9)  # expect: Pattern matching is only supported in Python 3.10 and greater
attempt("try: pass\nexcept* A: pass", 3, 10)  # expect: Exception groups are only supported in Python 3.11 and greater
attempt("def f[T](): pass", 3, 11)     # expect: Type parameter lists are only supported in Python 3.12 and greater
attempt("type A = int", 3, 11)         # expect: Type statement is only supported in Python 3.12 and greater
# Before 3.7 async and await were names, but inside of async def.
attempt("async = await = 1", 3, 7)     # expect: invalid syntax
attempt("async = await = 1", 3, 6)     # expect: fine
attempt("async def f(): await x\nawait = 1\ndef g():\n  async = 1", 3, 6)  # expect: fine
attempt("async def f():\n  if 1:\n    await x\n  await = 1", 3, 6)  # expect: invalid syntax
# Only trees are checked so.
compile("(x := 1)", "f", "exec", _feature_version=4)
