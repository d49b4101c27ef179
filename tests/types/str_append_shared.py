# Strings that grow from one beginning do not see each other's additions.
base = "x" * 200
a = base + "1"
b = a + "A"
c = a + "B"
d = a + "C" * 300
print(b[-3:], c[-3:], d[199:203], len(d), a[-2:])
s = ""
for i in range(3000):
    s += chr(97 + i % 26)
print(len(s), s[:5], s[-5:], hash(s) == hash("".join(chr(97 + i % 26) for i in range(3000))))
t = s + "\u0410"
u = t + "z"
print(len(u), u[-2:] == "\u0410z", ascii(t[-2:]), s[-1])
# expect: x1A x1B x1CC 501 x1
# expect: 3000 abcde fghij True
# expect: 3002 True 'j\u0410' j
