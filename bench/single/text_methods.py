# Methods of str on ASCII and on other text: split, join, replace, strip, find, case, encode.
ascii_line = "  The quick brown fox, jumping; over the lazy dog  "
other_line = "  Слово за слово — naïve café, straße; ΑΒΓ δέλτα  "
total = 0
for turn in range(12_000):
    for line in (ascii_line, other_line):
        words = line.split()
        joined = "-".join(words)
        total += len(joined) + joined.count("o") + joined.find("z")
        total += len(line.strip().replace(",", ";").partition(";")[2].title())
        total += joined.upper().startswith(words[0].upper()) + len(line.encode().decode()) + line.casefold().index("o" if line is ascii_line else "о")
        total += len(line.translate({44: None, 59: " "})) + sum(word.isalpha() for word in words)
assert total == total // 12_000 * 12_000, total
