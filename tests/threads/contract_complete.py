# Each row of docs/memory-model.md has a test, and each test its row.
import glob
import re

with open("../../docs/memory-model.md") as file:
    atomic = file.read().split("## Atomic operations")[1].split("## Not atomic")[0]
rows = {name.replace("\\|", "|") for name in re.findall(r"^\| `(.+?)` \|", atomic, re.M)}
tests = set()
for path in glob.glob("contract_*.py"):
    with open(path) as file:
        text = file.read()
    named = re.findall(r'^@row\("(.+)"\)$', text, re.M)
    assert [f"{name}: atomic" for name in named] == re.findall(r"^# [e]xpect: (.*: atomic)$", text, re.M), path
    tests.update(named)
print(len(rows) > 100)              # expect: True
print(sorted(rows - tests))         # expect: []
print(sorted(tests - rows))         # expect: []
