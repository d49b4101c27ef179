# Registered codecs and error handlers; incremental decoding.
import codecs
def search(name):
    if name == "reverse":
        return codecs.CodecInfo(lambda s, e="strict": (s[::-1].encode(), len(s)), lambda b, e="strict": (bytes(b).decode()[::-1], len(b)), name="reverse")
codecs.register(search)
print("abc".encode("reverse"), b"abc".decode("Reverse"), codecs.lookup("REVERSE").name)
codecs.register_error("stars", lambda e: ("*" * (e.end - e.start), e.end))
print("aé\u0410b".encode("ascii", "stars"), b"a\xff\xfe".decode("utf-8", "stars"))
d = codecs.getincrementaldecoder("utf-8")("replace")
print([d.decode(bytes([c])) for c in "é€".encode()], repr(d.decode(b"\xe2", True)))
for call in (lambda: "a".encode("none such"), lambda: b"\xff".decode(), lambda: "\udc80".encode(), lambda: "é".encode("ascii"), lambda: "a".encode("hex")):
    try:
        call()
    except (LookupError, UnicodeError) as e:
        print(type(e).__name__, e)
# expect: b'cba' cba reverse
# expect: b'a**b' a**
# expect: ['', 'é', '', '', '€'] '�'
# expect: LookupError unknown encoding: none such
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
# expect: UnicodeEncodeError 'utf-8' codec can't encode character '\udc80' in position 0: surrogates not allowed
# expect: UnicodeEncodeError 'ascii' codec can't encode character '\xe9' in position 0: ordinal not in range(128)
# expect: LookupError 'hex' is not a text encoding; use codecs.encode() to handle arbitrary codecs
