# The text that int(), float() and complex() read: white space, NUL characters, underscores, other digits.
def error(function, *args):
    """The type and text of what function(*args) raises."""
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"

# Only the white space of ASCII that C knows, and what is a space outside ASCII, may stand around.
print([c for c in range(0x30) if error(int, chr(c) + "7") == 7])    # expect: [9, 10, 11, 12, 13, 32, 43]
print([c for c in range(256) if error(float, bytes([c]) + b"7") == 7])  # expect: [9, 10, 11, 12, 13, 32, 43, 48]
print([hex(c) for c in range(0x80, 0x3001) if error(complex, chr(c) + "7" + chr(c)) == 7][:4])
# expect: ['0x85', '0xa0', '0x1680', '0x2000']
print(float.fromhex("\t1p1 "), error(float.fromhex, "\x1c1"))
# expect: 2.0 ValueError: invalid hexadecimal floating-point string
print(error(complex, "(\x1f1)"), complex("(\v1 )"))     # expect: ValueError: complex() arg is a malformed string (1+0j)

# complex() tells underscores at wrong places only of what stands before a NUL or a foreign character.
for text in ("\0_", "\u20ac_", "1_0\0", "1_\0", "1_0\u20ac", "_", "1_0_1+2_0j"):
    print(ascii(error(complex, text)))
# expect: 'ValueError: complex() arg is a malformed string'
# expect: 'ValueError: complex() arg is a malformed string'
# expect: "ValueError: could not convert string to complex: '1_0\\x00'"
# expect: "ValueError: could not convert string to complex: '1_\\x00'"
# expect: 'ValueError: complex() arg is a malformed string'
# expect: "ValueError: could not convert string to complex: '_'"
# expect: (101+20j)

# The limit of digits is told before what is wrong behind them, but after underscores at wrong places.
print(error(int, "1" * 5000 + "x")[:47])    # expect: ValueError: Exceeds the limit (4300 digits) for
print(error(int, "1" * 5000 + "_")[:40])    # expect: ValueError: invalid literal for int() wi
print(error(int, "0" + "1" * 5000, 0)[:47])     # expect: ValueError: Exceeds the limit (4300 digits) for
print(error(int, "01", 0))      # expect: ValueError: invalid literal for int() with base 0: '01'
