# operator: functions, and the callable objects that fetch items, attributes and call methods.
import operator as o, _operator
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

print(o.add(1, 2), o.sub(5, 3), o.mul("a", 3), o.truediv(1, 2), o.floordiv(7, 2), o.mod(7, 3), o.pow(2, 5), o.neg(1), o.pos(-1), o.abs(-2), o.inv(1), o.not_(0))
# expect: 3 2 aaa 0.5 3 1 32 -1 -1 2 -2 True
print(o.lt(1, 2), o.ge(1, 2), o.eq(1, 1.0), o.is_(None, None), o.is_not(1, None), o.truth([]), o.index(True), o.and_(6, 3), o.or_(6, 3), o.xor(6, 3), o.lshift(1, 4), o.rshift(16, 2))
# expect: True False True True True False 1 2 7 5 16 4
l = [1, 2, 3]
o.setitem(l, 0, 9); o.delitem(l, 1)
print(l, o.getitem(l, -1), o.contains(l, 9), o.countOf([1, 1, 2], 1), o.indexOf([5, 6], 6), o.concat([1], [2]), o.iadd(l, [4]), o.iconcat(l, (5,)), o.length_hint(iter([1, 2])), o.length_hint(5, 7))
# expect: [9, 3, 4, 5] 3 True 2 1 [1, 2] [9, 3, 4, 5] [9, 3, 4, 5] 2 7
print(o.itemgetter(1)("abc"), o.itemgetter(2, 0, slice(1))("abc"), o.attrgetter("real")(3), o.attrgetter("real.imag", "numerator")(3), o.methodcaller("split", ",")("a,b"), o.methodcaller("encode", encoding="ascii")("a"), o.call(max, 1, 2, key=lambda x: -x))
# expect: b ('c', 'a', 'a') 3 (0, 3) ['a', 'b'] b'a' 1
print(o.itemgetter(1, "a"), o.attrgetter("a.b"), o.methodcaller("f", 1, k=2))
# expect: operator.itemgetter(1, 'a') operator.attrgetter('a.b') operator.methodcaller('f', 1, k=2)
import pickle
for f in (o.itemgetter(1, 0), o.methodcaller("upper")):
    print(pickle.loads(pickle.dumps(f))("ab"))
# expect: ('b', 'a')
# expect: AB
print(_operator._compare_digest("ab", "ab"), _operator._compare_digest(b"ab", b"ac"), sorted({"b": 1, "a": 2}.items(), key=o.itemgetter(1)))
# expect: True False [('b', 1), ('a', 2)]
for call in ((o.itemgetter,), (o.attrgetter, 1), (o.methodcaller,), (o.methodcaller, 1), (o.itemgetter(1), [0]), (o.itemgetter(1),), (o.attrgetter("x.y"), 1), (o.indexOf, [1], 2),
             (o.concat, 1, 2), (o.length_hint, [], "a"), (_operator._compare_digest, "é", "é"), (o.countOf, 1, 2)):
    print(error(*call))
# expect: TypeError: itemgetter expected 1 argument, got 0
# expect: TypeError: attribute name must be a string
# expect: TypeError: methodcaller needs at least one argument, the method name
# expect: TypeError: method name must be a string
# expect: IndexError: list index out of range
# expect: TypeError: itemgetter expected 1 argument, got 0
# expect: AttributeError: 'int' object has no attribute 'x'
# expect: ValueError: sequence.index(x): x not in sequence
# expect: TypeError: 'int' object can't be concatenated
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: TypeError: comparing strings with non-ASCII characters is not supported
# expect: TypeError: argument of type 'int' is not iterable
