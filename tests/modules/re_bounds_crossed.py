# A search whose end lies before its start finds nothing.
import re
pattern = re.compile("a|")
print(pattern.findall("aaa", 2, 1))  # expect: []
print(list(pattern.finditer("aaa", 2, 1)), pattern.search("aaa", 2, 1), pattern.scanner("aaa", 3, -1).search())  # expect: [] None None
