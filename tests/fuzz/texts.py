"""Methods of str and bytes, slices, case and width, codecs with all their ways of handling errors."""
import codecs
import unicodedata

LETTERS = ("abcAB1 _.,\t\n", "ab", "aab ", "\xe9\xdf\xb5\xff\xa0\x85\x1c\u2028\u3000\u0130\u0131\u01c5\u03a3\u03c3\u03c2\u0390\ufb03\u1e9e\u0345 a'", "\u20ac\U0001f600\U00010400\ud800\udc00\U0001d7ce\u0661\xbd\xb2\u2168\uff11a",
           "\u0301\u0308e\xe9\u1100\u1161\u11a8\uac00\u212b\ufb01\u0344\u0f73a\u1e9b\u0323", "\x00\x01\x7f\x80\xff\\'\"\r\n", "0123456789+-")
ENCODINGS = ("utf-8", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1", "ascii", "utf-7", "unicode_escape", "raw_unicode_escape", "utf-8-sig", "cp1252", "cp437", "koi8-r", "idna",
             "punycode", "charmap", "mbcs", "hex", "rot13", "iso8859-15", "cp037", "mac-roman")
HANDLERS = ("strict", "strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nonsense")

# What a method takes: t another text (often a part of the first), n a place, c a count, w a width, 1 a character, l texts, e and h an encoding
# and how its errors are handled.
METHODS = {
    "capitalize": "", "casefold": "", "center": "w", "count": "t", "encode": "eh", "endswith": "t", "expandtabs": "w", "find": "t", "index": "t", "isalnum": "", "isalpha": "", "isascii": "", "isdecimal": "", "isdigit": "",
    "isidentifier": "", "islower": "", "isnumeric": "", "isprintable": "", "isspace": "", "istitle": "", "isupper": "", "join": "l", "ljust": "w", "lower": "", "lstrip": "", "partition": "t", "removeprefix": "t", "removesuffix": "t",
    "replace": "tt", "rfind": "t", "rindex": "t", "rjust": "w", "rpartition": "t", "rsplit": "", "rstrip": "", "split": "", "splitlines": "", "startswith": "t", "strip": "", "swapcase": "", "title": "", "upper": "", "zfill": "w", "translate": "m",
    "__contains__": "t", "__add__": "t", "__mul__": "c", "__eq__": "t", "__lt__": "t", "__ge__": "t", "__repr__": "", "__getitem__": "n", "__len__": "",
}
MORE = {"find": ("n", "nn"), "rfind": ("n", "nn"), "index": ("n", "nn"), "rindex": ("nn",), "count": ("n", "nn"), "startswith": ("n", "nn"), "endswith": ("n", "nn"), "split": ("t", "t", "t", "tn", "Nn"), "rsplit": ("t", "t", "t", "tn", "Nn"),
        "strip": ("t", "t"), "lstrip": ("t",), "rstrip": ("t",), "center": ("1",), "ljust": ("1",), "rjust": ("1",), "replace": ("n",), "splitlines": ("b",)}
BYTES = sorted(set(METHODS) - {"casefold", "encode", "isdecimal", "isidentifier", "isnumeric", "isprintable"})


def text(r, low=0):
    letters = r.choice(LETTERS)
    made = "".join(r.choice(letters) for _ in range(r.randrange(low, r.choice((5, 12, 40)))))
    return made if r.random() < 0.9 else made + r.choice(LETTERS[4]) * r.randrange(3)


def part(r, whole):
    if r.random() < 0.3:
        return text(r)
    at = r.randrange(len(whole) + 1)
    return whole[at:at + r.choice((0, 1, 1, 1, 2, 3))]


def argument(r, kind, whole):
    """An argument as JSON can hold it: texts are bytes later, if that is what the method belongs to."""
    if kind == "t":
        return part(r, whole)
    if kind == "n":
        return r.choice((r.randrange(-12, 14), r.randrange(-3, 4), r.choice((None, 0, -1, 10 ** 20, -10 ** 20))))
    if kind == "c":
        return r.randrange(-1, 5)
    if kind == "w":
        return r.randrange(-2, 24)
    if kind == "1":
        return r.choice((" ", "x", "\u20ac", "\U0001f600", "ab", ""))
    if kind == "l":
        return [text(r) for _ in range(r.randrange(4))]
    if kind == "m":
        return {"map": [[r.choice(whole or "a"), r.choice((None, part(r, whole), r.randrange(300), "\u20ac", 0x110000))] for _ in range(3)]}
    if kind == "b":
        return r.choice((True, False))
    return {"e": lambda: r.choice(ENCODINGS[:22]), "h": lambda: r.choice(HANDLERS), "N": lambda: None}[kind]()


def generate(r):
    kind = r.choice(("method",) * 6 + ("decode", "decode", "incremental", "slice", "normalize", "property", "quote"))
    whole = text(r)
    if kind == "method":
        binary = r.random() < 0.3
        name = r.choice(BYTES if binary else sorted(METHODS))
        kinds = METHODS[name] + (r.choice(MORE[name]) if name in MORE and r.random() < 0.6 else "")
        return [kind, r.choice(("bytes", "bytearray")) if binary else "str", whole, name, [argument(r, k, whole) for k in kinds]]
    if kind == "decode":
        data = r.choice((lambda: r.randbytes(r.randrange(12)), lambda: whole.encode("utf-8", "surrogatepass")[:r.randrange(40)], lambda: bytes(r.choice(b"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\xa0\xff\xfe\x00ab+-/\\uxN{}0") for _ in range(r.randrange(12))),
                         lambda: whole.encode(r.choice(("utf-16", "utf-32", "utf-7", "utf-16-be")), "surrogatepass")))()
        return [kind, data.hex(), r.choice(ENCODINGS), r.choice(HANDLERS)]
    if kind == "incremental":
        return [kind, whole.encode(r.choice(("utf-8", "utf-16", "utf-7", "utf-32")), "surrogatepass").hex(), r.choice(ENCODINGS[:15]), r.choice(HANDLERS[:4]), r.randrange(1, 5)]
    if kind == "slice":
        place = lambda: r.choice((None, r.randrange(-15, 15), r.randrange(-4, 4), 10 ** 20, -10 ** 20))
        return [kind, r.choice(("str", "bytes", "bytearray", "list", "tuple", "range", "memoryview")), whole, place(), place(), r.choice((None, 1, -1, 2, -2, 3, -7, 0, 10 ** 20)), r.choice((None, None, part(r, whole)))]
    if kind == "normalize":
        return [kind, r.choice(("NFC", "NFD", "NFKC", "NFKD", "NFX")), whole]
    return [kind, whole, chr(r.choice((r.randrange(0x3000), r.randrange(0xd800), r.randrange(0x10000, 0x20000), r.randrange(0x110000))))]


def attempt(function):
    try:
        result = function()
        return [type(result).__name__, ascii(result)]
    except Exception as error:
        return ["raised", type(error).__name__, ascii(str(error))]


def make(kind, value):
    """A text as the kind that is wanted."""
    if kind == "str":
        return value
    data = bytes(ord(c) & 255 for c in value)
    return {"bytes": bytes, "bytearray": bytearray, "list": list, "tuple": tuple, "memoryview": lambda d: memoryview(bytearray(d)), "range": lambda d: range(len(d))}[kind](data)


def evaluate(case):
    kind = case[0]
    if kind == "method":
        convert = lambda v: make(case[1], v) if isinstance(v, str) and case[3] != "encode" else [make(case[1], t) for t in v] if isinstance(v, list) else v
        arguments = [convert(v) for v in case[4]]
        if case[3] == "translate":
            pairs = case[4][0]["map"]
            if case[1] == "str":
                arguments = [{ord(k): v for k, v in pairs}]
            else:
                arguments = [bytes((i + 1) % 256 for i in range(256)), make("bytes", "".join(k for k, v in pairs))]
        whole = make(case[1], case[2])
        answer = attempt(lambda: getattr(whole, case[3])(*arguments))
        return [answer, attempt(lambda: whole)] if case[1] == "bytearray" else answer
    if kind == "decode":
        data = bytes.fromhex(case[1])
        answer = attempt(lambda: data.decode(case[2], case[3]))
        try:
            data.decode(case[2])
        except UnicodeDecodeError as error:
            answer += [error.start, error.end, error.reason]
        except Exception:
            pass
        return answer
    if kind == "incremental":
        def pieces():
            decoder = codecs.getincrementaldecoder(case[2])(case[3])
            data, size = bytes.fromhex(case[1]), case[4]
            return [(decoder.decode(data[at:at + size]), decoder.getstate()) for at in range(0, len(data), size)] + [decoder.decode(b"", True)]
        return attempt(pieces)
    if kind == "slice":
        value = make(case[1], case[2])
        place = slice(*case[3:6])
        show = lambda v: bytes(v) if isinstance(v, memoryview) else v
        if case[6] is None or case[1] in ("str", "bytes", "tuple", "range"):
            return attempt(lambda: show(value[place]))

        def assign():
            value[place] = make("bytes" if case[1] != "list" else "list", case[6])
            return show(value)

        def delete():
            other = make(case[1], case[2])
            del other[place]
            return show(other)
        return [attempt(assign), attempt(delete)]
    if kind == "normalize":
        return [attempt(lambda: unicodedata.normalize(case[1], case[2])), attempt(lambda: unicodedata.is_normalized(case[1], case[2]))]
    if kind == "property":
        c = case[2]
        return attempt(lambda: [getattr(c, name)() for name in sorted(METHODS) if name.startswith("is")] + [c.upper(), c.lower(), c.title(), c.swapcase(), c.casefold(), repr(c), unicodedata.category(c), unicodedata.bidirectional(c),
                                unicodedata.combining(c), unicodedata.category(c) != "Cn" and unicodedata.east_asian_width(c), unicodedata.mirrored(c), unicodedata.decomposition(c), unicodedata.name(c, ""), unicodedata.numeric(c, None), unicodedata.digit(c, None)])
    return attempt(lambda: (repr(case[1]), ascii(case[1]), repr(make("bytes", case[1])), eval(repr(case[1])) == case[1], case[1].encode("unicode_escape"), codecs.escape_decode(make("bytes", case[1]))))


def shrink(case):
    for n, value in enumerate(case):
        if n and isinstance(value, str) and len(value) > 0 and value not in METHODS and value not in ENCODINGS and value not in HANDLERS:
            size = 2 if case[0] in ("decode", "incremental") and n == 1 else 1
            for at in range(0, len(value), size):
                yield case[:n] + [value[:at] + value[at + size:]] + case[n + 1:]
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                if isinstance(inner, str):
                    for i in range(len(inner)):
                        yield case[:n] + [value[:at] + [inner[:i] + inner[i + 1:]] + value[at + 1:]] + case[n + 1:]
