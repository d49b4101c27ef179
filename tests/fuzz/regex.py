"""Random regular expressions on random subjects: spans, groups, substitutions, errors."""
import re
import warnings

warnings.simplefilter("ignore")
FOLDED = "\xb5\u03bc\xdf\u1e9e\u03c2\u03c3\u03a3\u0131iI\u0149\ufb05\ufb06sS\xff\u0178"      # letters with more than two cases
LETTERS = "aabbcAB1_ \n\xe9\u20ac\U0001f600\u0130\u017fk\u212a"
ESCAPES = (r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"\b", r"\B", r"\A", r"\Z", r"\n", r"\x61", r"\u20ac", r"\.", r"\1", r"\2",
           r"\0", r"\141", r"\N{EURO SIGN}", r"\q", r"\8", r"\3", r"\x0a", r"\U0001f600", r"\u212a", r"\t", r"\07", r"\377", r"\400", r"\x", r"\N{x}", r"\-", r"\ ")


def atom(r, depth):
    kind = r.randrange(14)
    if r.random() < 0.04:
        return r.choice(FOLDED)
    if kind < 5:
        return re.escape(r.choice(LETTERS)) if r.random() < 0.9 else r.choice(LETTERS)
    if kind < 6:
        return r.choice((".", "^", "$"))
    if kind < 8:
        return r.choice(ESCAPES)
    if kind < 10:
        return character_class(r)
    if depth <= 0:
        return "a"
    inner = alternatives(r, depth - 1)
    if r.random() < 0.08:
        return r.choice((r"(?P=n0)", r"(?P=n1)", "(?#a)", "(?#", "()", "(?:)", "(?=)", "(?!)", "(?<=)", "(?i)", "(?m-i:a)", "(?P<n3", "(?P>a)", "(?(n0)b)", "(?(01)a)", "(?(9)a)", "(?<a)", "(?<=a|bb)", "(?<!a{2})",
                         "(?<=(a)b)", "(?<=a*)", "(?ai:k)", "(?u:k)", "(?aL:k)", "(?-x: )", "(?x: a b )", "(?i-:a)", "(?z)", "(?P<1>a)", "(?P<\xe9>a)", "(?P=\xe9)", "a||b", "|a", "(|a)*", "(a|)+", "(?:a?)*?", "(?:a|b|ab|aab)+",
                         "(?:ab|ac|ad)", "(?:abc|abd)", "(?:a|a|a)", "(?:a|[bc]|d)", "^*", "$?", "\\b+", "a**", "a{2}{3}", "a{1,2}{2}", "(?=a)*", "(?=a)?", "a+++", "a?+?", "a{3,2}", "a{,}", "a{99999999999}"))
    return r.choice((
        "(%s)", "(%s)", "(?:%s)", "(?P<n%d>%%s)" % r.randrange(3), "(?=%s)", "(?!%s)", "(?<=%s)", "(?<!%s)", "(?>%s)",
        "(?%s:%%s)" % r.choice(("i", "s", "m", "x", "a", "-i", "i-s", "L", "u")),
        "(?(%d)%%s|b)" % r.randrange(3), "(?(1)%s)", "(?(n1)a|%s)")) % inner


def character_class(r):
    parts = []
    for _ in range(r.randrange(1, 4)):
        kind = r.randrange(5)
        if kind < 2:
            parts.append(re.escape(r.choice(LETTERS)))
        elif kind < 4:
            parts.append("%s-%s" % (r.choice("aA0\xe0"), r.choice("czZ9\u20ac")))
        else:
            parts.append(r.choice((r"\w", r"\D", r"\s", "]", "^", "-", r"\b", "[:", r"\W", r"\S", r"\d", r"\x41-\x43", r"\-", "--", "&&", "||", "~~", "z-a", r"a-\d", r"\w-a", "\u0130", "\u017f", "\u212a", "\xb5",
                                   "\u03c3-\u03c5", r"\0", r"\077", r"\u20ac", r"\]", r"\B", r"\8", "a-", "-a")))
    return "[%s%s]" % (r.choice(("", "", "^")), "".join(parts))


def repeated(r, text):
    kind = r.randrange(12)
    if kind < 6:
        return text
    low = r.randrange(4)
    # A possessive group is (?>...) here, as documented; CPython commits itself after each round of it.
    possessive = "" if text.endswith(")") else "+"
    suffix = r.choice(("*", "+", "?", "{%d}" % low, "{%d,}" % low, "{%d,%d}" % (low, low + r.randrange(-1, 4)), "{,2}", "{", "{1"))
    return text + suffix + r.choice(("", "", "", "?", possessive))


def sequence(r, depth):
    return "".join(repeated(r, atom(r, depth)) for _ in range(r.randrange(1, 4)))


def alternatives(r, depth):
    return "|".join(sequence(r, depth) for _ in range(r.choice((1, 1, 1, 2, 3))))


def generate(r):
    pattern = r.choice(("", "", "", "(?i)", "(?x)", "(?a)")) + alternatives(r, r.randrange(1, 4))
    if r.random() < 0.03:
        at = r.randrange(len(pattern) + 1)
        pattern = pattern[:at] + r.choice("()[]{}*?\\|^-") + pattern[at:]
    flags = 0
    for flag in (re.I, re.S, re.M, re.X, re.A):
        if r.random() < 0.15:
            flags |= flag
    letters = r.choice((LETTERS, LETTERS, "ab", "abc\n", LETTERS + FOLDED))
    subjects = ["".join(r.choice(letters) for _ in range(r.randrange(r.choice((14, 14, 14, 60))))) for _ in range(3)]
    return {"pattern": pattern, "flags": int(flags), "subjects": subjects, "bytes": r.random() < 0.15,
            "template": r.choice((r"<\1>", r"\g<0>x", "", r"\g<n1>", r"\2", "\\n\\\\", r"\g<1>0", r"\10", r"\g<2>\1", r"\q", r"\g<", r"\g<x y>", r"\g<-1>", r"\0", r"\07", r"\100", r"\g<n0>\t", r"\400", "\\"))}


def groups(match):
    if match is None:
        return None
    return [list(map(list, match.regs)), list(match.groups()), match.lastindex, match.lastgroup, sorted(match.groupdict().items())]


def attempt(function):
    try:
        return function()
    except (re.error, IndexError, OverflowError) as error:
        return [type(error).__name__, str(error)]


def evaluate(case):
    pattern, subjects, template = case["pattern"], case["subjects"], case["template"]
    if case["bytes"]:
        pattern, template = pattern.encode("utf-8"), template.encode()
        subjects = [subject.encode("utf-8") for subject in subjects]
    re.purge()
    try:
        compiled = re.compile(pattern, case["flags"])
    except (re.error, OverflowError, ValueError, RecursionError) as error:
        return [type(error).__name__, str(error), getattr(error, "pos", None)]
    answer = [compiled.groups, sorted(compiled.groupindex.items()), int(compiled.flags)]
    for subject in subjects:
        answer.append([
            groups(compiled.search(subject)), groups(compiled.match(subject, 1)), groups(compiled.fullmatch(subject)),
            repr(compiled.findall(subject)), [list(m.span()) for m in compiled.finditer(subject, 1, 9)],
            repr(compiled.split(subject, 3)), repr(attempt(lambda: compiled.subn(template, subject))),
            groups(compiled.search(subject, 2, 6)), groups(compiled.fullmatch(subject, 1, 5)), repr(compiled.sub(lambda m: m[0][:1], subject, 2)),
            [m.expand(template) if not isinstance(expanded, list) else 0 for m in compiled.finditer(subject) if (expanded := attempt(lambda: m.expand(template))) is not None][:3]])
    return repr(answer)


def shrink(case):
    pattern = case["pattern"]
    if len(case["subjects"]) > 1:
        for subject in case["subjects"]:
            yield dict(case, subjects=[subject])
    for size in (8, 4, 2, 1):
        for at in range(0, len(pattern) - size + 1):
            yield dict(case, pattern=pattern[:at] + pattern[at + size:])
    for n, subject in enumerate(case["subjects"]):
        for at in range(len(subject)):
            yield dict(case, subjects=case["subjects"][:n] + [subject[:at] + subject[at + 1:]] + case["subjects"][n + 1:])
    for key, simple in (("flags", 0), ("bytes", False), ("template", "")):
        if case[key] != simple:
            yield dict(case, **{key: simple})
