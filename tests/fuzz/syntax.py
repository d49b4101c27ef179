"""Source that is damaged, cut off, nested deep or made of random tokens: accepted or refused as by CPython."""
import ast
import glob
import os
import re
import sys
import warnings

warnings.simplefilter("ignore")
TOKENS = ("if else elif while for in not and or is lambda def class return yield await async with as try except finally raise import from global "
          "nonlocal del pass break continue assert None True False match case _ print x y z self 0 1 0x1f 1e5 1j 0b1 0o7 1_000 .5 5. 'a' \"b\" f'{x}' f'{x!r:>{y}}' "
          "b'c' r'\\d' '''t''' u'u' rb'x' ( ) [ ] { } , : ; . = == != <= >= < > + - * ** / // % @ & | ^ ~ << >> -> := += -= *= //= ... ` ? ! $ \\ # \\\n").split(" ")
library, ours = [], []


def corpus():
    if not library:
        names = sorted(glob.glob("/usr/lib/python3.11/*.py") + glob.glob("/usr/lib/python3.11/test/test_[a-h]*.py"))
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        ours.extend(sorted(glob.glob(here + "/lang/*.py") + glob.glob(here + "/differential/*.py") + glob.glob(here + "/errors/*.py")))
        library.extend(name for name in names if os.path.getsize(name) < 200000)
    return library, ours


def piece(r):
    """Some lines of a real program that begin at the left margin."""
    # A test that is added changes the cases made of tests only.
    with open(r.choice(corpus()[r.random() < 0.3]), encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if line[:1].strip() and line[0] not in ")]}#\"'"] or [0]
    at = r.choice(starts)
    return "".join(lines[at:at + r.randrange(1, 40)])


def damage(r, text):
    for _ in range(r.choice((1, 1, 1, 2, 4))):
        at = r.randrange(len(text) + 1)
        kind = r.randrange(12)
        if kind < 3:
            text = text[:at] + text[at + r.randrange(1, 4):]
        elif kind < 5:
            text = text[:at] + r.choice(TOKENS) + text[at:]
        elif kind < 6:
            text = text[:at] + r.choice(("\n", "\t", " ", "\f", "\r", "\r\n", "    ", "\n\t", "\\\n", "\v", "\x00", "\ufeff", "\xa0", "\u20ac", "\xe9", "\u0660", "\U0001f600", "\x1a")) + text[at:]
        elif kind < 7:
            text = text[:at]
        elif kind < 8:
            other = r.randrange(len(text) + 1)
            text = text[:at] + text[min(at, other):max(at, other)][:60] + text[at:]
        elif kind < 9:
            lines = text.splitlines(keepends=True) or [""]
            line = r.randrange(len(lines))
            lines[line] = r.choice(("", " ", "\t", "  ", "        ")) + lines[line].lstrip()
            text = "".join(lines)
        elif kind < 10:
            words = list(re.finditer(r"\w+|[^\w\s]+", text)) or [re.match("", text)]
            word = r.choice(words)
            text = text[:word.start()] + r.choice(TOKENS) + text[word.end():]
        else:
            lines = text.splitlines(keepends=True) or [""]
            del lines[r.randrange(len(lines))]
            text = "".join(lines)
    return text


def tokens(r):
    text, depth = "", 0
    for _ in range(r.randrange(1, 25)):
        text += r.choice(TOKENS) + r.choice((" ", " ", " ", "", "\n", "\n" + "    " * r.randrange(3)))
    return text


def nested(r):
    opening, closing = r.choice((("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("x[", "]"), ("-", ""), ("not ", ""), ("lambda: ", ""), ("(lambda x=", ": 0)"), ("{0:", "}"),
                                 ("x if y else ", ""), ("[x for x in ", "]"), ("x.y(", ")"), ("*", ""), ("1+(", ")"), ("await ", ""), ("x=", ""), ("x<(", ")")))
    depth = r.choice((3, 20, 40, 90))
    text = opening * depth + r.choice(("x", "1", "", "x, y", "*x")) + closing * (depth - r.choice((0, 0, 0, 1)))
    if r.random() < 0.3:
        text = "".join("    " * i + r.choice(("if x:", "while x:", "for x in y:", "try:", "with x:", "def f():", "class c:")) + "\n" for i in range(r.choice((3, 15, 19)))) + "    " * 20 + text
    return text


def encoded(r):
    """Bytes with a declared encoding, or a mark, or neither."""
    name = r.choice(("utf-8", "latin-1", "ascii", "utf8", "iso-8859-15", "cp1252", "nonsense", "utf-8-sig"))
    text = "# -*- coding: %s -*-\nx = '%s'\n" % (name, r.choice(("a", "\xe9", "\u20ac")))
    text = r.choice(("", "\n", "\n\n", "x\n", "#!/bin/x\n", " ")) + text
    data = r.choice((b"", b"", b"\xef\xbb\xbf")) + text.encode(r.choice(("utf-8", "latin-1", "utf-16", "cp1252")), "replace")
    if r.random() < 0.2:
        at = r.randrange(len(data))
        data = data[:at] + bytes((r.randrange(256),)) + data[at + 1:]
    return {"bytes": data.decode("latin-1")}


def generate(r):
    kind = r.randrange(10)
    if kind < 6:
        text = damage(r, piece(r))
    elif kind < 8:
        text = tokens(r)
    elif kind < 9:
        text = nested(r)
    else:
        return encoded(r)
    return {"text": text, "mode": r.choice(("exec", "exec", "exec", "eval", "single"))}


def evaluate(case):
    if "bytes" in case:
        source, mode = case["bytes"].encode("latin-1"), "exec"
    else:
        source, mode = case["text"], case["mode"]
    try:
        compile(source, "fuzz", mode, dont_inherit=True)
    except SyntaxError as error:
        return [type(error).__name__, str(error.msg), error.lineno, error.offset, error.end_lineno, error.end_offset]
    except Exception as error:
        return [type(error).__name__, str(error)]
    return ["good"]


# What Weft takes beyond 3.11: type parameters, f-strings without limits, except without parentheses.
NEWER = re.compile(r"""\btype\s+\w|\b(def|class)\s+\w+\s*\[|\bexcept\b.*,|(?i:\b(f|rf|fr)['"])""")


def same(case, expected, got):
    text = case.get("text", case.get("bytes"))
    if NEWER.search(text):
        return True
    if "codec can't decode" in str(got):
        if expected[0] == "good":       # compile() looks at no bytes of a comment, other ways of reading do
            return "bytes" in case and "#" in text
        return "bytes" in case      # CPython decodes each token when it comes to it, Weft all
    if expected[0] == got[0] == "SyntaxError" and expected[1] == got[1] == "unexpected character after line continuation character":
        return expected[2] == got[2]    # the offset counts from the line where CPython began to read
    if expected[0] == got[0] and ("bytes" in case or "leading zeros" in got[1]):      # offsets of bytes
        return expected[1:3] == got[1:3]
    if text.endswith("\r\n"):     # CPython adds another line
        return expected[0] == got[0]
    if not text.isascii() and re.search(r"\\\n|\"{3}|'{3}", text) and expected[0] != "good" != got[0]:
        return expected[:3] == got[:3]      # CPython counts characters in the first of the lines
    deep = ("RecursionError", "MemoryError")
    if expected[0] in deep or got[0] in deep or "too many nested" in str(expected) or "too many statically" in str(expected):
        return True
    return False


def shrink(case):
    key = "text" if "text" in case else "bytes"
    lines = case[key].splitlines(keepends=True)
    for size in (16, 4, 1):
        for at in range(0, len(lines), size):
            if len(lines) > size:
                yield dict(case, **{key: "".join(lines[:at] + lines[at + size:])})
    text = case[key]
    if len(text) < 400:
        for size in (16, 4, 1):
            for at in range(0, len(text), max(1, size // 2)):
                yield dict(case, **{key: text[:at] + text[at + size:]})
