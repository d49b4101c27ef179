"""Random regular expressions on random subjects: spans, groups, substitutions, errors."""
import re
import warnings

warnings.simplefilter("ignore")
LETTERS = "aabbcAB1_ \n\xe9\u20ac\U0001f600\u0130\u017fk\u212a"
ESCAPES = (r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"\b", r"\B", r"\A", r"\Z", r"\n", r"\x61", r"\u20ac", r"\.", r"\1", r"\2",
           r"\0", r"\141", r"\N{EURO SIGN}", r"\q", r"\8")


def atom(r, depth):
    kind = r.randrange(14)
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
            parts.append(r.choice((r"\w", r"\D", r"\s", "]", "^", "-", r"\b", "[:")))
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
    subjects = ["".join(r.choice(LETTERS) for _ in range(r.randrange(14))) for _ in range(3)]
    return {"pattern": pattern, "flags": int(flags), "subjects": subjects, "bytes": r.random() < 0.15,
            "template": r.choice((r"<\1>", r"\g<0>x", "", r"\g<n1>", r"\2", "\\n\\\\"))}


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
            groups(compiled.search(subject, 2, 6))])
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
