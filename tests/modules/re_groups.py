# Groups, names, back references, conditions, looks, atomic groups.
import re
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(-(\d\d))?", "2024-05")
print(m.groups(), m.groupdict(), m.lastindex, m.lastgroup, m.span("month"), m["year"], m.regs)
print(re.match(r"(a)?b(?(1)c|d)", "abc"), re.match(r"(a)?b(?(1)c|d)", "bd"), re.match(r"(a)?b(?(1)c|d)", "bc"))
print(re.search(r"(?<=\$)\d+(?!\d|%)", "5 $10% $25"), re.findall(r"(\w)\1", "aabbcd"))
print(re.match(r"(?>a+)ab", "aaab"), re.match(r"a++b", "aaab"), re.match(r"(?:a|ab)(?:c|bcd)(d*)", "abcd").groups())
print(re.match(r"(?:(a)|b)*", "ab").groups(), re.match(r"((a)|(b))*?c", "abc").groups())
# expect: ('2024', '05', None, None) {'year': '2024', 'month': '05'} 2 month (5, 7) 2024 ((0, 7), (0, 4), (5, 7), (-1, -1), (-1, -1))
# expect: <re.Match object; span=(0, 3), match='abc'> <re.Match object; span=(0, 2), match='bd'> None
# expect: <re.Match object; span=(8, 10), match='25'> ['a', 'b']
# expect: None <re.Match object; span=(0, 4), match='aaab'> ('',)
# expect: ('a',) ('b', 'a', 'b')
