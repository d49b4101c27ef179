import re
tests = [(r"a*?b", "aaab"), (r"(a)|(b)", "b"), (r"(?P<n>x+)(?P=n)", "xxxx"), (r"(?:ab)+", "ababa"), (r"[^\W\d_]+", "12ab_c"), (r"^\s*$", "  "), (r"(?x) a # comment\n b", "ab"), (r"(?<!a)b", "cb"), (r"(?=a)\w", "ba"), (r"\Aab\Z", "ab"), (r"x{2,3}", "xxxx"), (r"x{2}?", "xxx"), (r"(a+)+$", "aaa"), (r"[]a]+", "]a"), (r"\u00e9\x41", "éA"), (r"(?i)straße", "STRASSE"), (r"(?i)É", "é"), (r"(a)?(?(1)b|c)", "ab c"), (r"a(?#comment)b", "ab"), (r"\d+(?:\.\d+)?", "3.14"), (r"(?s).", "\n"), (r"(?a)\w+", "éa"), (r"a++b", "aab"), (r"(?>a+)b", "aab"), (r"\bfoo\b", "a foo b"), (r"\Bo", "foo"), (r"(.)\1", "abba"), ("", "ab"), (r"[a-c\d]+", "b2d"), (r"(?m)b$", "ab\ncb"), (r"(?:(a)|b)*", "ab"), (r"a|ab|abc", "abc"), (r"(?i:A)b", "ab"), (r"(?-i:A)", "A")]
for pattern, text in tests:
    m = re.search(pattern, text); print(pattern, m and (m.group(), m.span(), m.groups(), m.groupdict(), m.lastindex), re.findall(pattern, text), re.split(pattern, text), re.sub(pattern, "<\\g<0>>", text))
for bad in ("(", ")", "[", "a{2,1}", "*a", "(?P<1>a)", "(?P<a>x)(?P<a>y)", "\\", "(?<=a+)b", "(?P=x)", "\\1", "a**", "(?z)", "[b-a]", "(?P<a", "x{99999999999}", "\\q", "(?i", "(a)(?(2)b)", "[[:alpha:]", "\\x1", "a(?i)b"):
    try: re.compile(bad); print("fine", bad)
    except re.error as e: print(bad, "|", e)
    except Exception as e: print(type(e), e)
p = re.compile(r"(\w)(\w)?"); print(p.groups, p.flags, p.groupindex, p, p.match("ab").regs, p.match("a").groups("none"), p.scanner("abc").search(), p.sub(lambda m: m[1].upper(), "ab c"), p.subn("-", "abc", 1), p.fullmatch("abc"), p.match("xab", 1), p.search("   ab", 2, 4), p == re.compile(r"(\w)(\w)?"), copy_ok := True)
print(re.sub(r"(\d+)", r"[\1]", "a1b22"), re.sub("a", r"\n\\", "ba"), re.sub("(?P<x>a)", r"\g<x>\g<1>", "a"), re.sub("x*", "-", "abxd"), re.split("(,)", "a,b"), re.split("x*", "axbc"), re.split(",", "a,b,c", 1), re.findall("(a)(b)?", "ab a"))
for bad in (lambda: re.sub("a", r"\9", "a"), lambda: re.sub("a", r"\g<", "a"), lambda: re.search("a", b"a"), lambda: re.search(b"a", "a"), lambda: re.match("a", 5), lambda: re.match("(a)", "a").group(2), lambda: re.match("(a)", "a").group("z"), lambda: re.compile(5), lambda: re.sub("a", r"\q", "a")):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(re.findall(rb"\w+", b"ab \xff c"), re.escape("a b.c\n-é"), re.I | re.M, re.RegexFlag(0), re.match("(?P<a>x)", "x")["a"], bool(re.match("", "")), re.purge(), re.template if hasattr(re, "template") and False else "")
print(len(re.findall(r"(?:a|b)*c", "abac" * 2000)), re.match(r"(?:x+x+)+y", "x" * 12 + "y").end(), re.match("(" * 50 + "a" + ")" * 50, "a").lastindex, len(re.sub(r"[aeiou]", "", "the quick brown fox" * 100)))
