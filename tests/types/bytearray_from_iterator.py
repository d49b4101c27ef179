# A bytearray that is made from an iterator grows item by item, as the iterator can see.
b = bytearray(b"old")


def items():
    for i in range(1, 5):
        yield i
        assert list(b) == list(range(1, i + 1)) and b.__alloc__() > len(b)


b.__init__(items())
print(b)  # expect: bytearray(b'\x01\x02\x03\x04')
for source in [300], iter([300]), ["a"]:
    try:
        bytearray(source)
    except (ValueError, TypeError) as e:
        print(e)
# expect: byte must be in range(0, 256)
# expect: byte must be in range(0, 256)
# expect: 'str' object cannot be interpreted as an integer
