# Regular expressions: scanning a log, substituting with a function, splitting, looking around.
import re

log = "\n".join(f"2024-{i % 12 + 1:02}-{i % 28 + 1:02} 10:{i % 60:02}:{i * 7 % 60:02} "
                f"{('INFO', 'WARN', 'ERROR')[i % 3]} [worker-{i % 8}] took {i * 37 % 1000}ms for /path/{i}?q={i % 5}"
                for i in range(4_000))
line = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<time>[\d:]+) (?P<level>[A-Z]+) \[(?P<who>[\w-]+)\] took (?P<ms>\d+)ms")
counts, slow = {}, 0
for match in line.finditer(log):
    counts[match["level"]] = counts.get(match["level"], 0) + 1
    slow += int(match["ms"]) > 500
assert sum(counts.values()) == 4_000 and slow == sum(i * 37 % 1000 > 500 for i in range(4_000))
shorter = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda m: m[3] + "." + m[2] + "." + m[1], log)
assert shorter.count("2024") >= 4_000 and shorter.startswith("01.01.2024")
assert len(re.split(r"[\s\[\]?&=/]+", log)) > 40_000
assert len(re.findall(r"(?<=/path/)\d+(?=\?q=0)", log)) == 800
assert re.search(r"(a|b)*c$", "ab" * 2_000 + "d") is None
