s = "Hello, Wörld! 你好 😀"
print(len(s), s[0], s[-1], s[7:12], s[::-1], s[::3], s.upper(), s.lower(), s.swapcase(), s.title(), s.casefold())
print(s.find("W"), s.rfind("l"), s.index("o"), s.count("l"), s.replace("l", "L", 2), s.startswith(("x", "He")), s.endswith("😀"))
print("a,b,,c".split(","), "a,b,,c".split(",", 1), " a  b ".split(), "a b c".rsplit(None, 1), "l1\nl2\r\nl3\x0bl4".splitlines(), "l1\nl2\n".splitlines(True))
print("abc".partition("b"), "abcbd".rpartition("b"), "abc".partition("x"), "-".join(["a", "b", "c"]), "".join(reversed("abc")))
print("  x ".strip() + "|", "xxaxx".strip("x"), "  x".lstrip(), "x  ".rstrip() + "|", "prefix_x".removeprefix("prefix_"), "x.py".removesuffix(".py"))
print("abc".center(9, "*"), "abc".ljust(6) + "|", "abc".rjust(6), "42".zfill(5), "-42".zfill(5), "a\tb\tc".expandtabs(4))
print("abc123".isalnum(), "abc".isalpha(), "123".isdigit(), "²".isdigit(), "²".isdecimal(), "½".isnumeric(), " \t".isspace(), "Abc Def".istitle(), "ABC".isupper(), "abc".isidentifier(), "1a".isidentifier(), "é".isascii(), "\n".isprintable())
print("abc".translate({97: "X", 98: None}), "abc".translate(str.maketrans("ab", "xy", "c")), "ß".upper(), "İ".lower(), "ﬁ".upper(), "ǆ".title(), "Σας".lower(), "ΑΣ".lower())
print(repr("tab\t nl\n quote' dq\" both'\" \x00 \x7f \xa0 é 你 😀 \ud800"), ascii("é你😀"), repr("'"), repr('"'), repr("\\"))
print("a" < "b", "a" < "B", "abc" < "abd", "" < "a", "é" > "z", max("hello"), min("hello"), sorted("hello"))
print("%s %r %d %5d|%-5d|%05d %x %X %o %c %% %.3f %e %g" % ("s", "r", 1, 2, 3, 4, 255, 255, 8, "c", 3.14159, 1e10, 1e-10))
print("%(a)s %(b)d" % {"a": 1, "b": 2}, "%*d" % (5, 3), "%.*f" % (2, 3.14159), "%+d % d %#x %#o" % (1, 2, 255, 8), "%s" % (1,), "%s" % [1], "%a" % "é")
print("{} {1}".format(1, 2) if False else "{0} {1} {0} {a} {b[k]} {c.real} {d[0]}".format(1, 2, a=3, b={"k": 4}, c=5, d=[6]))
print("{:>10}|{:<10}|{:^10}|{:*^10}|{:.2}|{!r:>6}|{{}}".format("a", "b", "c", "d", "efg", "h"))
for bad in (lambda: "{} {1}".format(1, 2), lambda: "{}".format(), lambda: "{a}".format(), lambda: "%d" % "x", lambda: "%s %s" % 1, lambda: "%s" % (1, 2), lambda: "%z" % 1,
            lambda: "abc".index("z"), lambda: "a" + 1, lambda: "abc"[5], lambda: "abc"["x"], lambda: "".join([1]), lambda: "a".split(""), lambda: chr(-1), lambda: ord("ab"), lambda: "é".encode("ascii"),
            lambda: "{:d}".format("x"), lambda: "{!z}".format(1), lambda: "{".format(), lambda: "a" * "b", lambda: "abc".center("x"), lambda: "abc".foo, lambda: str(b"x", "nope")):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
print("é".encode(), "é".encode("latin-1"), "é😀".encode("utf-16-le"), "é".encode("ascii", "replace"), "é".encode("ascii", "xmlcharrefreplace"), "é😀".encode("ascii", "backslashreplace"), "\udc80".encode("utf-8", "surrogateescape"))
print(b"\xc3\xa9".decode(), b"\xff\xfea\x00".decode("utf-16"), b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("utf-8", "ignore"), ascii(b"\xff".decode("utf-8", "surrogateescape")))
print("abc" * 3, 0 * "x", -1 * "x", "b" in "abc", "" in "", "ab" not in "ba", chr(128512), ord("😀"), str(123), str(None), str([1, "a"]))
print(" ".join(f"{w:>{n}}" for n, w in enumerate(["a", "b", "c"], 3)), "x".__mul__(2), str.upper("m"), "abc".__contains__("b"), hash("a") == hash("a"), "a" is "a")
class S(str):
    def upper(self): return "custom"
print(S("x").upper(), S("x").lower(), type(S("x") + "y").__name__, S("abc")[1], f"{S('q')}")
print("\N{GREEK SMALL LETTER ALPHA} \N{BULLET} \u00e9 \U0001F600 \x41 \101", r"\n raw", "con" "cat" 'enated', """triple
line""")
import string
print(string.ascii_letters, string.Template("$a ${b} $$").substitute(a=1, b=2), string.capwords("hello world"))
