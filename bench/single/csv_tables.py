# CSV: writing, reading and adding up a table.
import csv
import io

file = io.StringIO()
writer = csv.writer(file)
writer.writerow(["id", "name", "amount", "note"])
for i in range(15_000):
    writer.writerow([i, f"name, {i}", i * 1.5, 'said "yes"' if i % 10 == 0 else ""])
file.seek(0)
total, quoted = 0.0, 0
for row in csv.DictReader(file):
    total += float(row["amount"])
    quoted += row["note"] == 'said "yes"'
assert total == sum(i * 1.5 for i in range(15_000)) and quoted == 1_500
