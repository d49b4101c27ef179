# Encoding and decoding by many codecs with all error handlers.
import codecs
def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__, e)
U=["abc","\u00e9","\u0410\u20ac","\U0001F600","a\ud800b","\udc80","a+b~\\c-","\u00e9-x","+","ab\u0410"]
E=["utf-8","utf-16","utf-16-le","utf-16-be","utf-32","utf-32-le","utf-32-be","latin-1","ascii","utf-7","unicode_escape","raw_unicode_escape","cp1251","cp437","utf-8-sig","koi8-r","idna","punycode","mbcs","rot13","hex","iso8859-15","UTF8","Latin1","U8"]
H=["strict","ignore","replace","backslashreplace","xmlcharrefreplace","namereplace","surrogateescape","surrogatepass","bogus"]
for e in E:
    for u in U:
        for h in H:
            t(lambda: u.encode(e,h))
B=[b"abc",b"\xff",b"\xc3\xa9",b"\xc3",b"\xe2\x82",b"\xf0\x9f\x98",b"\xed\xa0\x80",b"a\xffb\xfe",b"\xff\xfea\x00",b"\xfe\xff\x00a",b"\x00\xd8",b"\x00\xdc",b"\x00\xd8\x00\x00",b"a\x00\x00\x00",b"\xff\xff\xff\xff",b"+AGE-",b"+2AA-",b"a+AGE",b"+!",b"\\x41\\u0410\\n\\q\\N{BULLET}\\777",b"\\x4",b"\\u12",b"\\",b"\\U00110000",b"\\N{foo}",b"\\N",b"\x80\x81",b"+AG\xff",b"\xf5",b"\xc0\x80",b"\xe0\x80\x80"]
import warnings; warnings.simplefilter("ignore")
for e in E:
    for b in B:
        for h in H:
            t(lambda: b.decode(e,h))
for n in ["utf_8_decode","utf_16_decode","utf_16_ex_decode","utf_32_decode","utf_32_ex_decode","utf_7_decode","utf_16_le_decode","unicode_escape_decode","raw_unicode_escape_decode","escape_decode","latin_1_decode","ascii_decode","charmap_decode","readbuffer_encode"]:
    for b in B:
        t(lambda: getattr(codecs,n)(b))
for f in [lambda: codecs.lookup("utf8").name, lambda: codecs.lookup("nope"), lambda: codecs.encode("abc","rot13"), lambda: codecs.decode(b"6162","hex"), lambda: codecs.encode(b"ab","base64"), lambda:codecs.lookup_error("strict")(UnicodeDecodeError("a",b"b",0,1,"r")), lambda:codecs.lookup_error("replace")(UnicodeEncodeError("a","bcd",0,2,"r")), lambda:codecs.lookup_error("nope"), lambda: codecs.charmap_build("abc"), lambda: codecs.escape_encode(b"a'\n\x00\\")]: t(f)
codecs.register_error("my", lambda e: ("<%d-%d>"%(e.start,e.end), e.end))
codecs.register_error("my2", lambda e: (b"!!", e.end))
codecs.register_error("my3", lambda e: 5)
codecs.register_error("my4", lambda e: ("x", 100))
for h in ["my","my2","my3","my4"]:
    for e in ["ascii","utf-8","latin-1","utf-16","cp1251"]:
        t(lambda: "a\ud800\U0001F600b".encode(e,h)); t(lambda: b"a\xff\x98b".decode(e,h))
d=codecs.getincrementaldecoder("utf-8")()
t(lambda: [d.decode(b"\xe2"),d.decode(b"\x82"),d.decode(b"\xac",True)])
t(lambda: d.decode(b"\xe2",True))
import io
t(lambda: io.TextIOWrapper(io.BytesIO(b"a\xc3\xa9\n"),"utf-8").read())
t(lambda: codecs.getreader("utf-16")(io.BytesIO("h\u0410".encode("utf-16"))).read())
