# array: a sequence of numbers of one C type.
from array import array, typecodes
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

a = array("i", [1, 2, 3])
a.append(4); a.extend([5, 6]); a.extend(array("i", [7])); a.insert(0, 0); a.insert(-1, 99)
print(a, len(a), a[0], a[-1], a[1:3], a[::-2], a.pop(), a.pop(0), a.index(99), a.count(3), 3 in a, a.typecode, a.itemsize)
# expect: array('i', [1, 2, 3, 4, 5, 6, 99]) 9 0 7 array('i', [1, 2]) array('i', [7, 6, 4, 2, 0]) 7 0 6 1 True i 4
a[1:3] = array("i", [20, 30, 40]); a[::4] = array("i", [-1, -2]); del a[1]; del a[::2]
print(a, a * 2, a + array("i", [1]), a == array("i", a.tolist()), a == array("d", a.tolist()), a < array("i", [100]), a.tobytes())
# expect: array('i', [30, -2, 6]) array('i', [30, -2, 6, 30, -2, 6]) array('i', [30, -2, 6, 1]) True True True b'\x1e\x00\x00\x00\xfe\xff\xff\xff\x06\x00\x00\x00'
a.remove(30); a.reverse(); a += array("i", [5]); a *= 2
print(a, list(a), list(reversed(a)), max(a))
# expect: array('i', [6, -2, 5, 6, -2, 5]) [6, -2, 5, 6, -2, 5] [5, -2, 6, 5, -2, 6] 6
for code in "bBhHiIlLqQfd":
    x = array(code, [0, 1, 100])
    assert array(code, x.tobytes()) == x and x.tolist() == [0, 1, 100] and len(memoryview(x)) == 3, code
u = array("u", "héllo")
print(u, u.tounicode(), u[1], array("d", [1.5]), array("f", [0.1])[0], typecodes, array("b"))
# expect: array('u', 'héllo') héllo é array('d', [1.5]) 0.10000000149011612 bBuhHiIlLqQfd array('b')
b = array("H", [1, 256]); b.byteswap()
print(b, memoryview(b).format, bytes(b), b.buffer_info()[1])
# expect: array('H', [256, 1]) H b'\x00\x01\x01\x00' 2
import copy, pickle
for p in range(5):
    assert pickle.loads(pickle.dumps(a, p)) == a and pickle.loads(pickle.dumps(u, p)) == u
assert copy.copy(a) == copy.deepcopy(a) == a
for call in ((array,), (array, 1), (array, "x"), (array, "i", "abc"), (array, "i", [1.5]), (array, "b", [300]), (array, "B", [-1]), (array, "I", [-1]),
             (array, "Q", [1 << 70]), (array, "i", b"abc"), (array, "u", [1]), (a.append, "a"), (a.index, 12345), (a.remove, 12345), (a.__getitem__, 50),
             (a.__setitem__, 50, 1), (a.__getitem__, "a"), (a.__add__, [1]), (a.extend, array("h", [1])), (array("i").pop,), (hash, a), (a.fromlist, ["a"])):
    print(error(*call))
# expect: TypeError: array() takes at least 1 argument (0 given)
# expect: TypeError: array() argument 1 must be a unicode character, not int
# expect: ValueError: bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)
# expect: TypeError: cannot use a str to initialize an array with typecode 'i'
# expect: TypeError: 'float' object cannot be interpreted as an integer
# expect: OverflowError: signed char is greater than maximum
# expect: OverflowError: unsigned byte integer is less than minimum
# expect: OverflowError: can't convert negative value to unsigned int
# expect: OverflowError: int too big to convert
# expect: ValueError: bytes length not a multiple of item size
# expect: TypeError: array item must be unicode character
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: ValueError: array.index(x): x not in array
# expect: ValueError: array.remove(x): x not in array
# expect: IndexError: array index out of range
# expect: IndexError: array assignment index out of range
# expect: TypeError: array indices must be integers
# expect: TypeError: can only append array (not "list") to array
# expect: TypeError: can only extend with array of same kind
# expect: IndexError: pop from empty array
# expect: TypeError: unhashable type: 'array.array'
# expect: TypeError: 'str' object cannot be interpreted as an integer
m = memoryview(a)
print(error(a.append, 1))  # expect: BufferError: cannot resize an array that is exporting buffers
m.release()
a.append(1)
