# sub, split, finditer, scanners, templates.
import re
print(re.sub(r"(\w+) (\w+)", r"\2 \g<1>", "hello world"), re.subn("x*", "-", "abxd"), re.sub("(?P<n>.)", r"[\g<n>]", "ab"))
print(re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "3 and 40"), re.split(r"([,;])\s*", "a, b;c"), re.split("x*", "axbc"))
print([m.span() for m in re.finditer(r"\b", "ab cd")], re.findall(r"a(?=(b*))", "abba ab"))
s = re.compile(r"\d").scanner("12a3")
print(s.match().group(), s.match().group(), s.match(), s.search())
print(re.fullmatch(r"a|ab", "ab"), re.compile("a").match("ba", 1), re.compile("^a").match("ba", 1), re.escape("a.b-c"))
# expect: world hello ('-a-b--d-', 5) [a][b]
# expect: 6 and 80 ['a', ',', 'b', ';', 'c'] ['', 'a', '', 'b', 'c', '']
# expect: [(0, 0), (2, 2), (3, 3), (5, 5)] ['bb', '', 'b']
# expect: 1 2 None None
# expect: <re.Match object; span=(0, 2), match='ab'> <re.Match object; span=(1, 2), match='a'> None a\.b\-c
