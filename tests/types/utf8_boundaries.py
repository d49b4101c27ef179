# UTF-8 decoding finds the same code points and the same errors wherever a sequence lies in a text.
def error(data):
    try:
        data.decode()
    except UnicodeDecodeError as e:
        return e.start, e.end, e.reason


good = ["\x7f", "\x80", "\xff", "\u0100", "\u07ff", "\u0800", "\u0fff", "\u1000", "\ud7ff", "\ue000", "\uffff",
        "\U00010000", "\U0010ffff"]
bad = [b"\x80", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x8f\xbf\xbf",
       b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xff", b"\xc3", b"\xe2\x82", b"\xc3a", b"\xe2a\x82", b"\xe2\x82a"]
for before in range(20):
    for after in range(12):
        for c in good:
            text = "a" * before + c + "b" * after
            data = text.encode()
            assert data.decode() == text and len(data.decode()) == before + 1 + after, ascii(text)
            assert len(data) == before + after + (1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff"))
        for sequence in bad:
            first = error(sequence + b"b" * after)
            start, end, reason = error(b"a" * before + sequence + b"b" * after)
            assert (start - before, end - before, reason) == first, (before, sequence, after)
for a in good:
    for b in good:
        assert (a + b).encode().decode() == a + b and (a + b).encode("utf-16").decode("utf-16") == a + b
for text in "x" * 40 + "\ud800", "\u20ac\udfff", "\U0001f600\ud900":
    try:
        text.encode()
    except UnicodeEncodeError as e:
        print(e.start, e.end, e.reason)
# expect: 40 41 surrogates not allowed
# expect: 1 2 surrogates not allowed
# expect: 1 2 surrogates not allowed
print(b"\xe2\x82".decode("utf-8", "replace"), b"a\xffb".decode("utf-8", "backslashreplace"))  # expect: � a\xffb
