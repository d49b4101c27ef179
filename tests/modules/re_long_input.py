# Long inputs need no deep stack, and loops over empty matches end.
import re
print(re.match(r"(?:a|b)*", "ab" * 100000).end(), re.match(r"(?:ab)*?$", "ab" * 50000).end())
print(re.match(r"(?:a?)*$", "aaa").span(), re.match(r"(?:)*x", "x").span(), re.match(r"(a*)*b", "aaab").groups(), re.match(r"(?:a*)*?c", "aac").span())
print(len(re.findall(r"\w+", "word " * 20000)), len(re.sub(r"\s+", "", " a" * 50000)))
# expect: 200000 100000
# expect: (0, 3) (0, 1) ('',) (0, 3)
# expect: 20000 50000
