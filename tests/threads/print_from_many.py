# What several threads print at once is not torn: every write is whole.
import io, sys, threading
raw = io.BytesIO()
out = io.TextIOWrapper(io.BufferedWriter(raw, 64), encoding="utf-8", write_through=True)
def work(n):
    for i in range(500):
        out.write(str(n) * 40 + "\n")
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
out.flush()
lines = raw.getvalue().decode().splitlines()
print(len(lines), {len(line) for line in lines}, {len(set(line)) for line in lines})  # expect: 2000 {40} {1}
