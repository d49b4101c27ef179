# Deep nesting ends in an exception, in short time, never in a fault.
def show(source):
    try:
        compile(source, "x", "exec", 0x400)  # the tree only
        print("no error")
    except Exception as e:
        print(type(e).__name__, getattr(e, "msg", e))

show("(" * 200 + ")" * 200)
# expect: no error
show("(" * 201 + ")" * 201)
# expect: SyntaxError too many nested parentheses
show("{" * 199 + "a b" + "}" * 199)
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma?
show("({[" * 60 + "a b" + "]})" * 60)
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma?
show("f(x=" * 190 + "a b" + ")" * 190)
# expect: SyntaxError invalid syntax. Perhaps you forgot a comma?
show("".join(" " * i + "if 1:\n" for i in range(101)) + " " * 101 + "x")
# expect: IndentationError too many levels of indentation
for source in "-" * 100000 + "1", "not " * 100000 + "1", "lambda:" * 100000 + "1", "2**" * 100000 + "1":
    try:
        compile(source, "x", "eval")
    except MemoryError:
        print("MemoryError")
# expect: MemoryError
# expect: MemoryError
# expect: MemoryError
# expect: MemoryError
