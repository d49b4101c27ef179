# Text made of values: f-strings, format(), %, and str() of numbers; ASCII and not.
rows = []
for i in range(24_000):
    rows.append(f"{i:06d} {i / 7:10.3f} {'name' + str(i % 13):<10}|{i:x} {i % 2 == 0!r:>6}")
    rows.append("%05d %-8s %.2f%%" % (i, "ключ", i / 3))
    rows.append("{0:,} {1!r:^12} {name}".format(i * 1000, "é" + chr(65 + i % 26), name="ü"))
text = "\n".join(rows)
assert len(rows) == 72_000 and text.count("\n") == 71_999
assert rows[3 * 777] == "000777    111.000 name10    |309  False" and rows[3 * 777 + 1] == "00777 ключ     259.00%"
assert rows[3 * 777 + 2] == "777,000     'éX'     ü"
