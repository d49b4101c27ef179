# format(), % and str.format() of many values with many specifications, right and wrong.
import itertools

values = [0, 1, -1, 255, -255, 123456789, 10**20, -10**20, True, 0.0, -0.0, 1.5, -2.25, 3.14159e10, 1e-7, 1e300,
          float("inf"), -float("inf"), float("nan"), "", "a", "abc", "é", "жx", "😀"]
specs = ["", "5", "<5", "^7", "*^9", ">5", "=8", "0=8", "05", "é>6", "+", "-", " ", "+6", "#x", "#06x", "x", "X", "o",
         "b", "08b", "c", "d", "n", ",", "_", ",d", "_x", "10,", "012,", "012,.2f", ".2f", "8.3f", "08.3f", "+.1e",
         "g", "G", ".3", "10.4g", "%", ".1%", "E", "z.1f", "z", "s", "5s", ".2", "6.2s", "<06", "<0", "1", "01", "00",
         "0", "5.", "..", "5.x", "ss", "5 ", "=", "^", "xx", "!5", "5z", "x5", "16", "99d", ".0f", "0.0f", "<010.1f",
         "j", "F", "020_d", "200", "0200.3f", "ж^200"]
formats = ["%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#x", "%X", "%#o", "%o", "%.3d", "%8.3d", "%-8.3dx",
           "%08.3d", "%s", "%r", "%10s", "%-10s|", "%.1s", "%5.1s", "%c", "%f", "%.2f", "%10.3f", "%-10.3f|", "%e",
           "%g", "%+g", "%i", "%u", "é%sж", "%%%s", "%a", "%200s", "ж%200d"]


def show(function, *args):
    try:
        print(repr(function(*args)))
    except (ValueError, TypeError, OverflowError, LookupError) as error:
        print(type(error).__name__, error)


for value, spec in itertools.product(values, specs):
    show(format, value, spec)
for value, text in itertools.product(values, formats):
    show(str.__mod__, text, (value,))
for text, args, names in [
        ("{}", (1,), {}), ("{0}{1}{0}", (1, 2), {}), ("{a.real}{b[0]}{b[x]}", (), {"a": 1, "b": {0: 5, "x": 6}}),
        ("é{:>{w}}ж{{}}", (1,), {"w": 5}), ("{:{}}", (1, "05d"), {}), ("{", (), {}), ("}", (), {}), ("{a", (), {}),
        ("{!r}", ("x",), {}), ("{!x}", (1,), {}), ("{0[}", ([1],), {}), ("{:{:{}}}", (1, 2, 3), {}),
        ("{0}{}", (1, 2), {}), ("{٣}", (1, 2, 3, 4), {}), ("{99999999999999999999}", (), {}),
        ("{:,}{:é^9}{:.3}", (12345, "x", "abcdef"), {}), ("x" * 150 + "{}" + "ж" * 3, ("y" * 20,), {})]:
    show(lambda: text.format(*args, **names))

# Texts that grow past what fits at first, and become wider on the way.
for count in (1, 30, 78, 79, 80, 81, 155, 156, 157, 158, 159, 160, 161, 300):
    for end in ("", "é", "ж", "😀"):
        text = "%s%s%s" % ("a" * count, end, "b" * 3)
        print(len(text), hash(text) == hash("a" * count + end + "b" * 3), text == "a" * count + end + "bbb")
