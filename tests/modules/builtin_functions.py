# The builtin functions: results and errors.
def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)


show(abs, -3), show(abs, "a"), show(all, [1, 0]), show(any, [0, 1]), show(ascii, "aä€\U0001F600")
show(bin, -5), show(oct, 8), show(hex, 255), show(hex, 1.5), show(callable, print), show(callable, 1)
show(chr, 8364), show(chr, -1), show(chr, 0x110000), show(ord, "€"), show(ord, b"a"), show(ord, "ab"), show(ord, 5)
show(divmod, 7, -2), show(divmod, 1, 0), show(pow, 2, 10), show(pow, 2, 10, 1000), show(pow, 2, -1)
show(round, 2.5), show(round, 2.675, 2), show(round, 1234, -2), show(round, "a")
show(format, 3.14159, ".2f"), show(format, 5, 5), show(hash, "a" == "b"), show(hash, [])
show(isinstance, 1, int), show(isinstance, 1, (str, (int,))), show(isinstance, 1, 5), show(issubclass, bool, int), show(issubclass, 1, int)
show(len, [1, 2]), show(len, 5), show(iter, 5), show(iter, 5, 6), show(next, iter([1])), show(next, iter([]), 7), show(next, iter([])), show(next, [])
show(max, 1, 3, 2), show(max, []), show(max, [], default=5), show(max, "abc", key=lambda c: -ord(c)), show(max), show(max, 1, 2, default=3), show(min, [3, 1, 2]), show(min, x=1)
show(sorted, [3, 1, 2]), show(sorted, [3, 1, 2], reverse=True), show(sorted, ["b", "A"], key=str.lower), show(sorted, [1, "a"])
show(sum, [1, 2, 3]), show(sum, [1, 2.5]), show(sum, [2**62, 2**62]), show(sum, [[1], [2]], []), show(sum, ["a"], ""), show(sum, [b"a"], b""), show(sum, ["a"])
show(getattr, 1, "real"), show(getattr, 1, "no"), show(getattr, 1, "no", 5), show(getattr, 1, 5), show(getattr, 1), show(hasattr, 1, "real"), show(hasattr, 1, 5)
show(vars, 1), show(dir, type("X", (), {"__dir__": lambda s: ["b", "a"]})()), show(repr, [1]), show(id, None) if 0 else None


class C: ...


c = C()
show(setattr, c, "x", 1), show(vars, c), show(delattr, c, "x"), show(delattr, c, "x")
show(eval, "1 + a", {"a": 2}), show(eval, "  1"), show(eval, "1 +"), show(eval, 5), show(eval, "1", 5)
ns = {}
show(exec, "a = 1", ns), show(ns.get, "a"), show(exec, "a", 5), show(exec, 5)
show(compile, "1", "f", "bad"), show(compile, "1", "f", "exec", 1), show(compile, "1", "f", "exec", 0, 0, 7)
show(eval, compile("3 * 4", "f", "eval"))
print(1, 2, sep="-", end="!\n")
show(print, 1, sep=5), show(print, 1, bad=2)


class File:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): self.parts.append("flush")


f = File()
print(1, "b", file=f, flush=True)
print(f.parts)
print(__debug__, Ellipsis, NotImplemented)


def locals_of(a, b=2):
    c = 3
    return sorted(locals().items()), sorted(vars())


print(locals_of(1), globals() is vars())

# expect: 3
# expect: TypeError bad operand type for abs(): 'str'
# expect: False
# expect: True
# expect: "'a\\xe4\\u20ac\\U0001f600'"
# expect: '-0b101'
# expect: '0o10'
# expect: '0xff'
# expect: TypeError 'float' object cannot be interpreted as an integer
# expect: True
# expect: False
# expect: '€'
# expect: ValueError chr() arg not in range(0x110000)
# expect: ValueError chr() arg not in range(0x110000)
# expect: 8364
# expect: 97
# expect: TypeError ord() expected a character, but string of length 2 found
# expect: TypeError ord() expected string of length 1, but int found
# expect: (-4, -1)
# expect: ZeroDivisionError integer division or modulo by zero
# expect: 1024
# expect: 24
# expect: 0.5
# expect: 2
# expect: 2.67
# expect: 1200
# expect: TypeError type str doesn't define __round__ method
# expect: '3.14'
# expect: TypeError format() argument 2 must be str, not int
# expect: 0
# expect: TypeError unhashable type: 'list'
# expect: True
# expect: True
# expect: TypeError isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: True
# expect: TypeError issubclass() arg 1 must be a class
# expect: 2
# expect: TypeError object of type 'int' has no len()
# expect: TypeError 'int' object is not iterable
# expect: TypeError iter(v, w): v must be callable
# expect: 1
# expect: 7
# expect: StopIteration 
# expect: TypeError 'list' object is not an iterator
# expect: 3
# expect: ValueError max() arg is an empty sequence
# expect: 5
# expect: 'a'
# expect: TypeError max expected at least 1 argument, got 0
# expect: TypeError Cannot specify a default for max() with multiple positional arguments
# expect: 1
# expect: TypeError min expected at least 1 argument, got 0
# expect: [1, 2, 3]
# expect: [3, 2, 1]
# expect: ['A', 'b']
# expect: TypeError '<' not supported between instances of 'str' and 'int'
# expect: 6
# expect: 3.5
# expect: 9223372036854775808
# expect: [1, 2]
# expect: TypeError sum() can't sum strings [use ''.join(seq) instead]
# expect: TypeError sum() can't sum bytes [use b''.join(seq) instead]
# expect: TypeError unsupported operand type(s) for +: 'int' and 'str'
# expect: 1
# expect: AttributeError 'int' object has no attribute 'no'
# expect: 5
# expect: TypeError attribute name must be string, not 'int'
# expect: TypeError getattr expected at least 2 arguments, got 1
# expect: True
# expect: TypeError attribute name must be string, not 'int'
# expect: TypeError vars() argument must have __dict__ attribute
# expect: ['a', 'b']
# expect: '[1]'
# expect: None
# expect: {'x': 1}
# expect: None
# expect: AttributeError 'C' object has no attribute 'x'
# expect: 3
# expect: 1
# expect: SyntaxError invalid syntax (<string>, line 1)
# expect: TypeError eval() arg 1 must be a string, bytes or code object
# expect: TypeError globals must be a dict
# expect: None
# expect: 1
# expect: TypeError exec() globals must be a dict, not int
# expect: TypeError exec() arg 1 must be a string, bytes or code object
# expect: ValueError compile() mode must be 'exec', 'eval' or 'single'
# expect: ValueError compile(): unrecognised flags
# expect: ValueError compile(): invalid optimize value
# expect: 12
# expect: 1-2!
# expect: TypeError sep must be None or a string, not int
# expect: TypeError 'bad' is an invalid keyword argument for print()
# expect: ['1', ' ', 'b', '\n', 'flush']
# expect: True Ellipsis NotImplemented
# expect: ([('a', 1), ('b', 2), ('c', 3)], ['a', 'b', 'c']) True
