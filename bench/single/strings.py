# Strings: joining, splitting, searching, replacing, slicing, formatting.
words = [f"word{i % 100}-{i}" for i in range(60_000)]
text = " ".join(words)
assert text.split(" ") == words
assert text.count("word7-") == 600
assert len(text.replace("word", "w")) == len(text) - 3 * 60_000
n = 0
for word in words:
    if word.startswith("word1") and word[-1] == "5":
        n += len(word.upper().partition("-")[2])
for i in range(100_000):
    n += len("%d:%s" % (i, "x")) + len(f"{i:>8}|{i / 3:.2f}")
line = ""
for i in range(100_000):
    line += "abc"[i % 3]
assert line.find("cab") == 2 and n == 2358449, n
