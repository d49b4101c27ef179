# Text files: encodings, line ends, positions.
import io, os, tempfile
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "t")
    with open(path, "w", encoding="utf-8", newline="") as f:
        print(f.write("héllo\nwörld\r\nend"))     # expect: 16
    with open(path, "rb") as f:
        print(f.read())                           # expect: b'h\xc3\xa9llo\nw\xc3\xb6rld\r\nend'
    with open(path, encoding="utf-8") as f:
        print(f.readlines(), f.newlines)          # expect: ['héllo\n', 'wörld\n', 'end'] ('\n', '\r\n')
    with open(path, encoding="utf-8") as f:
        line = f.readline()
        at = f.tell()
        rest = f.read()
        f.seek(at)
        print(at, f.read() == rest)               # expect: 7 True
    with open(path, "w", encoding="utf-16") as f:
        f.write("añ")
    with open(path, encoding="utf-16") as f:
        print(f.read(1), f.tell() > 0, f.read())  # expect: a True ñ
    with open(path, "w", encoding="ascii") as f:
        try:
            f.write("é")
        except UnicodeEncodeError as error:
            print(error.reason)                   # expect: ordinal not in range(128)
    with open(path, "w", newline="\r\n") as f:
        f.write("a\nb\n")
    with open(path, "rb") as f:
        print(f.read())                         # expect: b'a\r\nb\r\n'
    with open(path, "wb") as f:
        f.write(b"\xff\xfeok")
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        print(ascii(f.read()))  # expect: '\udcff\udcfeok'
