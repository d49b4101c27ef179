# The % operator: flags, widths, precisions, mappings, errors.
print("%5d|%-5d|%05d|%+d|% d|%x|%#X|%o|%.3d" % (42, 42, 42, 42, 42, 255, 255, 8, 7))
print("%e|%.2f|%g|%G|%#.3g|%s|%r|%a|%c|%c|%%" % (12345.678, 2.675, 1e-5, 1e20, 1.0, "é", "é", "é", 65, "z"))
print("%(a)s-%(b)05.1f" % {"a": [1], "b": 3.14159}, "%*.*f" % (8, 3, 2.0))
for f, a in (("%d", "x"), ("%s", ()), ("%s", (1, 2)), ("%q", 1), ("%", 1), ("%(a)s", 1), ("%c", 1.5), ("%x", 1.5)):
    try:
        print(f % a)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
# expect:    42|42   |00042|+42| 42|ff|0XFF|10|007
# expect: 1.234568e+04|2.67|1e-05|1E+20|1.00|é|'é'|'\xe9'|A|z|%
# expect: [1]-003.1    2.000
# expect: TypeError %d format: a real number is required, not str
# expect: TypeError not enough arguments for format string
# expect: TypeError not all arguments converted during string formatting
# expect: ValueError unsupported format character 'q' (0x71) at index 1
# expect: ValueError incomplete format
# expect: TypeError format requires a mapping
# expect: TypeError %c requires int or char
# expect: TypeError %x format: an integer is required, not float
print(["%*.0s|" % (-1, "x"), "%*.*s|" % (-2, -1, "x"), b"%*.s|" % (-1, b"x"), "%*d|" % (-3, 7)])    # expect: [' |', '  |', b' |', '7  |']
try: b"%e" % (10 ** 400,)
except TypeError as e: print(e)     # expect: float argument required, not int
try: "%e" % (10 ** 400,)
except OverflowError as e: print(e)     # expect: int too large to convert to float
