"""Numbers and text: parsing, repr and back, format specs, % and format(), struct."""
import struct

NUMBERS = ("0", "-0", "1", "-1", "7", "255", "-256", "2**31", "2**47", "-2**47", "2**48-1", "2**63", "-2**63", "2**64+1", "10**18",
           "10**22", "10**40", "-10**23+1", "0.0", "-0.0", "1.5", "-2.5", "0.1", "1e16", "1e-5", "123456789.125", "1e22", "1e23", "5e-324",
           "1.7976931348623157e308", "float('nan')", "float('inf')", "-float('inf')", "1/3", "2.5e-7", "0.5", "1j", "-1.5+2j",
           "complex('nan+infj')", "True", "False", "1e15+0.3", "99999.5", "0.00001", "9.995", "1e100")
TEXTS = ("''", "'a'", "'abc'", "'\\xe9t\\xe9'", "'\\u20ac\\U0001f600x'", "'a\\nb\\x00\\'\"'", "'\\ud800'", "'x' * 30", "b'ab\\xff'", "None",
         "[1, 'a']", "(1,)", "{'a': 1}", "int", "...")


def spec(r):
    """A format spec, mostly a valid one."""
    parts = [r.choice(("", "", "<", ">", "=", "^", "*<", "0>", "\u20ac^", "{<", "x=")), r.choice(("", "", "", "+", "-", " ")), r.choice(("", "", "", "z")),
             r.choice(("", "", "", "#")), r.choice(("", "", "", "0")), r.choice(("", "", str(r.randrange(40)), "1", "007")), r.choice(("", "", "", ",", "_", ",_")),
             r.choice(("", "", "." + str(r.randrange(25)), ".0", ".", ".100")), r.choice(("", "b", "c", "d", "e", "E", "f", "F", "g", "G", "n", "o", "s", "x", "X", "%", "q", "r"))]
    text = "".join(parts)
    if r.random() < 0.05:
        at = r.randrange(len(text) + 1)
        text = text[:at] + r.choice("0<.+ z{}") + text[at:]
    return text


def percent(r):
    kind = r.randrange(12)
    flags = "".join(r.choice("#0- +") for _ in range(r.choice((0, 0, 1, 2))))
    width = r.choice(("", "", str(r.randrange(20)), "*"))
    precision = r.choice(("", "", "." + str(r.randrange(20)), ".*", "."))
    name = r.choice(("", "", "", "", "(a)", "(b", "()"))
    return "%" + name + flags + width + precision + r.choice(("", "", "l", "h")) + r.choice("diouxXeEfFgGcrsa%%qy")


def literal(r):
    digits = lambda low, base="0123456789": "".join(r.choice(base) for _ in range(r.randrange(low, 12)))
    text = r.choice((
        lambda: digits(1), lambda: digits(1) + "." + digits(0), lambda: "." + digits(0), lambda: digits(1) + "e" + r.choice(("", "-", "+")) + digits(0)[:3],
        lambda: "0x" + digits(1, "0123456789abcdefABCDEFg"), lambda: "0b" + digits(1, "012"), lambda: "0o" + digits(1, "012345678"), lambda: digits(1) + "_" + digits(1),
        lambda: digits(1) + "__" + digits(1), lambda: r.choice(("inf", "nan", "Infinity", "-NaN", "+inf", "infinit", "nan1")), lambda: digits(1) + "j",
        lambda: digits(1) + r.choice("+-") + digits(1) + "j", lambda: "(" + digits(1) + "+" + digits(1) + "J)", lambda: "\u0661\u0662.\u0663", lambda: digits(1) + "." + digits(6) * 4 + "e-" + digits(1)[:3],
        lambda: "0" * r.randrange(5) + digits(1), lambda: digits(5) * 9, lambda: "1" + "0" * r.randrange(40) + "." + "9" * r.randrange(20)))()
    if r.random() < 0.2:
        at = r.randrange(len(text) + 1)
        text = text[:at] + r.choice(" _+-.ejx0\t\n\x00\u2003\xbd") + text[at:]
    return r.choice(("", "", "", " ", "-", "+", "\n")) + text + r.choice(("", "", "", " ", "\u3000", "L"))


def struct_format(r):
    text = r.choice(("", "", "<", ">", "=", "!", "@", "^"))
    for _ in range(r.randrange(5)):
        text += r.choice(("", "", "", str(r.randrange(5)), "0", " ")) + r.choice("xcbB?hHiIlLqQnNefdspPy")
    return text


def generate(r):
    kind = r.choice(("format", "format", "percent", "fields", "parse", "parse", "repr", "struct", "struct", "convert", "unpack", "fstring"))
    any_value = lambda: r.choice(r.choice((NUMBERS, NUMBERS, TEXTS)))
    if kind in ("fields", "percent"):       # a width of gigabytes is no finding
        any_value = lambda: r.choice(r.choice(([n for n in NUMBERS if n != "2**31"], TEXTS)))
    number = lambda: r.choice(NUMBERS) if r.random() < 0.7 else repr(r.uniform(-1, 1) * 10 ** r.randrange(-20, 25))
    if kind == "format":
        return [kind, r.choice((number, number, any_value))(), spec(r)]
    if kind == "percent":
        text = "".join(r.choice((percent(r), percent(r), "x", "\u20ac")) for _ in range(r.randrange(1, 4)))
        return [kind, text, [any_value() for _ in range(r.randrange(4))], r.random() < 0.2, r.random() < 0.25]
    if kind == "fields":
        text = ""
        for _ in range(r.randrange(1, 4)):
            text += r.choice(("x", "{{", "}}", "{", "}", "\u20ac") if r.random() < 0.3 else ("{%s%s%s%s}" % (
                r.choice(("", "", "0", "1", "a", "00", "-1", "b.c", "a[0]", "a[x]", "0.real", "a.", "[0]", "a[")), r.choice(("", "", "!r", "!s", "!a", "!x", "!")),
                r.choice(("", ":" + spec(r), ":{}", ":{0}", ":>{a}")), r.choice(("", "", " "))),))
        return [kind, text, [any_value() for _ in range(r.randrange(3))], any_value()]
    if kind == "parse":
        return [kind, r.choice(("int", "float", "complex", "base", "eval")), literal(r), r.choice((0, 2, 8, 10, 16, 36, 1, 37))]
    if kind == "repr":
        bits = r.getrandbits(64)
        return [kind, bits, r.choice((10 ** r.randrange(30), r.getrandbits(r.randrange(1, 300)))), r.randrange(-5, 25)]
    if kind == "struct":
        return [kind, struct_format(r), [any_value() for _ in range(r.randrange(5))]]
    if kind == "unpack":
        return [kind, struct_format(r), r.randbytes(r.randrange(24)).hex()]
    if kind == "fstring":
        return [kind, number(), spec(r).replace("{", ""), r.choice(("", "!r", "!s", "!a")), r.choice(("", "="))]
    return [kind, any_value(), r.choice(("str", "repr", "ascii", "hash", "int", "float", "complex", "bool", "hex", "oct", "bin", "chr", "ord", "round", "bytes", "abs", "divmod", "pow",
                                         "ratio", "hexfloat", "fromhex", "to_bytes")), number()]


def attempt(function):
    try:
        result = function()
        return [type(result).__name__, repr(result)]
    except Exception as error:
        return ["raised", type(error).__name__, str(error)]


class Thing:
    c = "attribute"


CONVERSIONS = {
    "str": lambda v, w: str(v), "repr": lambda v, w: repr(v), "ascii": lambda v, w: ascii(v), "int": lambda v, w: int(v),
    "hash": lambda v, w: hash(v) if isinstance(v, (int, float, complex)) and v == v else 0, "float": lambda v, w: float(v), "complex": lambda v, w: complex(v, w),
    "bool": lambda v, w: bool(v), "hex": lambda v, w: hex(v), "oct": lambda v, w: oct(v), "bin": lambda v, w: bin(v), "chr": lambda v, w: chr(v), "ord": lambda v, w: ord(v),
    "round": lambda v, w: round(v, int(w) % 30 - 10), "bytes": lambda v, w: bytes(v) if not isinstance(v, int) or v < 1000 else None, "abs": lambda v, w: abs(v),
    "divmod": lambda v, w: divmod(v, w), "pow": lambda v, w: pow(v, w) if abs(w) < 50 else None, "ratio": lambda v, w: v.as_integer_ratio(), "hexfloat": lambda v, w: float(v).hex(),
    "fromhex": lambda v, w: float.fromhex(str(v)), "to_bytes": lambda v, w: v.to_bytes(5, "little", signed=True),
}


def evaluate(case):
    kind = case[0]
    if kind == "format":
        return attempt(lambda: format(eval(case[1]), case[2]))
    if kind == "percent":
        values = [eval(v) for v in case[2]]
        if case[3]:
            arguments = {"a": values[0] if values else 1, "": 2}
        else:
            arguments = tuple(values)
        if case[4]:
            return attempt(lambda: case[1].encode("utf-8") % arguments)
        return attempt(lambda: case[1] % arguments)
    if kind == "fields":
        thing = Thing()
        return attempt(lambda: case[1].format(*[eval(v) for v in case[2]], a=eval(case[3]), b=thing))
    if kind == "parse":
        what, text, base = case[1:]
        return attempt({"int": lambda: int(text), "float": lambda: float(text), "complex": lambda: complex(text), "base": lambda: int(text, base),
                        "eval": lambda: eval(text.strip().replace("\x00", ""))}[what])
    if kind == "repr":
        value = struct.unpack("<d", struct.pack("<Q", case[1]))[0]
        ratio = case[2] / 10 ** case[3] if case[3] > 0 else float(case[2])
        return [attempt(lambda: (repr(value), float(repr(value)) == value, "%.17g" % value, "%r %.3e" % (ratio, ratio), round(ratio, case[3] % 9), str(case[2]))),
                attempt(lambda: (int(str(case[2])) == case[2], format(ratio, ".12g"), format(ratio, ",.2f"), int(ratio), float(case[2]), case[2] % 97, ratio.hex()))]
    if kind == "struct":
        return attempt(lambda: (struct.calcsize(case[1]), struct.pack(case[1], *[eval(v) for v in case[2]])))
    if kind == "unpack":
        return attempt(lambda: struct.unpack_from(case[1], bytes.fromhex(case[2])))
    if kind == "fstring":
        return attempt(lambda: eval("f'{x%s%s:%s}'" % (case[4], case[3], case[2]), {"x": eval(case[1])}))
    return attempt(lambda: CONVERSIONS[case[2]](eval(case[1]), eval(case[3])))


def same(case, expected, got):
    if expected[0] == "raised" and expected[1] == "SystemError":    # a fault of CPython's: struct's "0p"
        return True
    if case[:2] == ["parse", "eval"] or case[0] == "percent" and "*" in case[1] or case[2:3] == ["fromhex"]:    # of the errors that there are, one is told first
        return expected[0] == got[0] == "raised"
    return False


def shrink(case):
    for n, part in enumerate(case):
        if n == 0:
            continue
        if isinstance(part, str) and part not in NUMBERS and part not in TEXTS and part not in CONVERSIONS:
            for at in range(len(part)):
                yield case[:n] + [part[:at] + part[at + 1:]] + case[n + 1:]
        elif isinstance(part, list):
            for at in range(len(part)):
                yield case[:n] + [part[:at] + part[at + 1:]] + case[n + 1:]
        elif isinstance(part, bool) and part:
            yield case[:n] + [False] + case[n + 1:]
