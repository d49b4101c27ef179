# docs/memory-model.md, files and streams.
import io
import os
import tempfile
from _contract import COUNT, THREADS, TOKENS, each, flat, row, same, together

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "lines")

def lines():
    with open(path) as file:
        return same(file.read().split("\n")[:-1], [f"{token:09}" * 3 for token in TOKENS])

@row("F.write(text)")
def _():
    with open(path, "w") as file:
        each(lambda token: file.write(f"{token:09}" * 3 + "\n"))
    return lines()
# expect: F.write(text): atomic

@row("F.write(text), line buffered")
def _():
    with open(path, "w", buffering=1) as file:
        each(lambda token: file.write(f"{token:09}" * 3 + "\n"))
    return lines()
# expect: F.write(text), line buffered: atomic

@row("F.write(bytes)")
def _():
    with open(path, "wb") as file:
        each(lambda token: file.write(b"%09d" % token * 3 + b"\n"))
    if not lines():
        return False
    with open(path, "wb", buffering=0) as file:
        each(lambda token: file.write(b"%09d" % token * 3 + b"\n"))
    return lines()
# expect: F.write(bytes): atomic

@row("print(x, file=F)")
def _():
    # Two writes, the text and the end of the line: only each of them is whole.
    with open(path, "w") as file:
        each(lambda token: print(f"{token:09}", file=file))
    with open(path) as file:
        text = file.read()
    return text.count("\n") == len(TOKENS) and len(text) == 10 * len(TOKENS)
# expect: print(x, file=F): atomic

@row("next(F)")
def _():
    with open(path, "w") as file:
        file.writelines(f"{token}\n" for token in TOKENS)
    for mode in ("r", "rb"):
        with open(path, mode) as file:
            got = together(lambda number: [int(line) for line in iter(file.readline, file.read(0))], THREADS)
            if not same(flat(got)):
                return False
        with open(path, mode) as file:
            if not same(flat(together(lambda number: [int(line) for line in file], THREADS))):
                return False
    return True
# expect: next(F): atomic

@row("F.read(n)")
def _():
    with open(path, "wb") as file:
        file.write(b"".join(b"%08d" % token for token in TOKENS))
    with open(path, "rb") as file:
        got = together(lambda number: [int(chunk) for chunk in iter(lambda: file.read(8), b"")], THREADS)
    with open(path, "r") as file:
        text = together(lambda number: [int(chunk) for chunk in iter(lambda: file.read(8), "")], THREADS)
    return same(flat(got)) and same(flat(text))
# expect: F.read(n): atomic

@row("BytesIO, StringIO")
def _():
    bytes_, text = io.BytesIO(), io.StringIO()
    each(lambda token: (bytes_.write(b"%09d" % token), text.write(f"{token:09}")))
    cut = lambda value: sorted(int(value[i:i + 9]) for i in range(0, len(value), 9))
    bytes_.seek(0), text.seek(0)
    read = flat(together(lambda number: [int(chunk) for chunk in iter(lambda: bytes_.read(9), b"")], THREADS))
    return cut(bytes_.getvalue()) == cut(text.getvalue()) == sorted(read) == list(TOKENS)
# expect: BytesIO, StringIO: atomic
