"""Programs made from the grammar. They end, and trace what they do; the trace must be CPython's.

Every loop is bounded, every function calls only those made before it, and note() gives up after some hundred
values. Names are few, so that they meet: locals, globals, cells and class attributes of one name are the point.
"""
import ast
import sys
import warnings

warnings.simplefilter("ignore")
NAMES = ("a", "b", "c", "d")
PRELUDE = '''
class Manager:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self): note("enter", self.name); return self.name
    def __exit__(self, kind, error, traceback): note("exit", self.name, kind and kind.__name__); return self.swallow
    async def __aenter__(self): note("aenter", self.name); await Pause(1); return self.name
    async def __aexit__(self, kind, error, traceback): note("aexit", self.name, kind and kind.__name__); await Pause(2); return self.swallow
class Pause:
    def __init__(self, n): self.n = n
    def __await__(self): note("pause", self.n); got = yield self.n; return got
class Several:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        self.n -= 1
        if self.n < 0: raise StopAsyncIteration
        await Pause(self.n)
        return self.n
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x=1, y=2): self.x, self.y = x, y
    def __repr__(self): return f"Point({self.x!r}, {self.y!r})"
    def __eq__(self, other): return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)
    def __iadd__(self, other): note("iadd", other); self.x = other; return self
    def __getitem__(self, key): note("get", key); return key
    def __setitem__(self, key, value): note("set", key, value)
    def __delitem__(self, key): note("del", key)
    def __matmul__(self, other): note("matmul"); return 5
def drive(coroutine):
    """Runs a coroutine to its end."""
    sent = None
    for _ in range(60):
        try: sent = coroutine.send(sent)
        except StopIteration as stop: return stop.value
    coroutine.close()
def few(iterable):
    found, iterator = [], iter(iterable)
    for item in iterator:
        found.append(item)
        if len(found) > 4: break
    # When a generator is finalized that nobody keeps is not the same in both.
    if hasattr(iterator, "close"): iterator.close()
    return found
def decorate(argument):
    note("decorate", argument)
    return lambda thing: (note("decorated", getattr(thing, "__name__", 0)), thing)[1]
'''


class Maker:
    """Writes one program. `functions` are the (name, arity, kind) that may be called at the place of writing."""
    def __init__(self, r):
        self.r = r
        self.count = 0
        self.budget = r.choice((15, 40, 70))

    def name(self):
        return self.r.choice(NAMES)

    def fresh(self, prefix):
        self.count += 1
        return "%s%d" % (prefix, self.count)

    # --- expressions

    def expression(self, scope, depth=2):
        r = self.r
        if depth <= 0 or r.random() < 0.25:
            return r.choice((
                lambda: str(r.randrange(-2, 6)), lambda: self.name(), lambda: self.name(), lambda: repr(r.choice(("s", "t\u20ac", ""))), lambda: r.choice(("None", "True", "False", "1.5", "()", "...")),
                lambda: "[%s, %s]" % (self.name(), r.randrange(3)), lambda: "Point(%d)" % r.randrange(3)))()
        e = lambda: self.expression(scope, depth - 1)
        choices = [
            lambda: "(%s %s %s)" % (e(), r.choice("+ - * // % & | ^ << >> @ / **".split()).replace("**", "*").replace("<<", "+"), e()),
            lambda: "(%s %s %s)" % (e(), r.choice(("<", "==", "!=", ">=", "is", "is not", "in", "not in")), e()),
            lambda: "(%s < %s <= %s)" % (e(), e(), e()), lambda: "(%s %s %s)" % (e(), r.choice(("and", "or")), e()), lambda: "(not %s)" % e(), lambda: "(-%s)" % e(),
            lambda: "(%s if %s else %s)" % (e(), e(), e()), lambda: "[%s, *few(%s)]" % (e(), e()), lambda: "(%s, %s)" % (e(), e()), lambda: "{%s: %s}" % (r.randrange(4), e()),
            lambda: "{**{'k': %s}, 1: %s}" % (e(), e()), lambda: "f'{%s!r:>4}|{%s}'" % (self.name(), self.name()), lambda: "note(%s)" % e(), lambda: "note(%s, %s)" % (e(), e()),
            lambda: "(%s := %s)" % (self.name(), e()) if scope.walrus else e(), lambda: "(lambda %s, b=%s: %s)(%s)" % (self.name() if r.random() < 0 else "a", e(), self.expression(scope.inside("lambda"), depth - 1), e()),
            lambda: "(lambda *c, d=%s, **a: (c, d, sorted(a)))(%s, *few(%s), **{'z': 1})" % (e(), e(), e()), lambda: "%s[%s]" % (e(), e()), lambda: "[1, 2, 3, 4][%s:%s]" % (r.randrange(-2, 3), r.choice(("", "2", "-1"))),
            lambda: "Point(%s, y=%s).%s" % (e(), e(), r.choice("xy")), lambda: self.comprehension(scope, depth - 1), lambda: self.comprehension(scope, depth - 1), lambda: "len(few(%s))" % e(), lambda: "sorted(locals())" if r.random() < 0.3 else e(),
        ]
        calls = [f for f in scope.functions if f[2] != "async"]
        if calls:
            choices += [lambda: self.call(r.choice(calls), scope, depth - 1)] * 4
        asynchronous = [f for f in scope.functions if f[2] == "async"]
        if asynchronous:
            if scope.kind == "async":
                choices += [lambda: "(await %s)" % self.call(r.choice(asynchronous), scope, depth - 1)] * 2
            else:
                choices += [lambda: "drive(%s)" % self.call(r.choice(asynchronous), scope, depth - 1)] * 2
        if scope.kind == "generator":
            choices += [lambda: "(yield %s)" % e(), lambda: "(yield from few(%s))" % e()] * 2
        if scope.kind == "async":
            choices += [lambda: "(await Pause(%d))" % r.randrange(4), lambda: "[a async for a in Several(2)]"]
        return r.choice(choices)()

    def call(self, function, scope, depth):
        name, arity, kind = function
        text = "%s(%s)" % (name, ", ".join(self.expression(scope, depth) for _ in range(max(0, arity + self.r.choice((0, 0, 0, 0, 0, -1, 1))))))
        return "few(%s)" % text if kind == "generator" else text

    def comprehension(self, scope, depth):
        r = self.r
        inner = scope.inside("comprehension")
        e = lambda: self.expression(inner, depth)
        target = r.choice((self.name(), self.name(), "%s, *%s" % (self.name(), self.name())))
        head = "for %s in few(%s)" % (target, self.expression(inner.no_walrus(), depth))
        if r.random() < 0.4:
            head += " if %s" % e()
        if r.random() < 0.3:
            head += " for %s in few(%s)" % (self.name(), self.expression(inner.no_walrus(), depth))
        return r.choice(("[%s %s]", "few(%s %s)", "sorted({str(%s) %s})", "{'k': %s %s}", "list(%s %s)")) % (e(), head)

    # --- statements

    def target(self, depth=1):
        r = self.r
        kind = r.randrange(10)
        if kind < 5 or depth == 0:
            return self.name()
        if kind < 7:
            return "%s, %s" % (self.name(), self.target(0))
        if kind < 8:
            return "[%s, *%s]" % (self.name(), self.name())
        if kind < 9:
            return "Point().x"
        return "Point()[note(%d)]" % r.randrange(3)

    def block(self, scope, depth):
        count = self.r.choice((1, 1, 2, 3))
        lines = []
        for _ in range(count):
            lines += self.statement(scope, depth)
        return ["    " + line for line in lines]

    def statement(self, scope, depth):
        r = self.r
        self.budget -= 1
        e = lambda d=2: self.expression(scope, d)
        simple = [
            lambda: ["%s = %s" % (self.target(), e())], lambda: ["%s = %s" % (self.name(), e())], lambda: ["note(%s)" % e()], lambda: ["note(%s)" % self.name()], lambda: ["%s %s= %s" % (self.name(), r.choice(("+", "-", "*", "|", "//")).replace("*", "+"), e())],
            lambda: ["Point()[%s] += %s" % (e(1), e(1))], lambda: ["del %s" % self.name()], lambda: ["assert %s, 'asserted'" % e()] if r.random() < 0.5 else ["pass"], lambda: [e()], lambda: ["%s = %s = %s" % (self.name(), self.target(), e())],
            lambda: ["raise %s(%s)" % (r.choice(("ValueError", "KeyError", "TypeError")), e(1))] if r.random() < 0.4 else ["note(0)"], lambda: ["%s: %s = %s" % (self.name(), r.choice(("int", "note('annotation')")), e())] if not scope.declared and scope.kind in ("module", "class") else ["pass"],
            lambda: ["a, (b, *c), d = %s" % e()], lambda: ["import sys as %s" % self.name(), "%s = 1" % self.name()],
        ]
        if scope.function:
            simple += [lambda: ["return %s" % e()] if scope.kind not in ("asyncgen",) else ["return"]] * 2
        if scope.loop:
            simple += [lambda: [r.choice(("break", "continue"))]] * 3
        if scope.kind == "generator":
            simple += [lambda: ["yield %s" % e()], lambda: ["%s = yield %s" % (self.name(), e(1))], lambda: ["yield from few(%s)" % e()]]
        if scope.handler:
            simple += [lambda: ["raise"], lambda: ["raise ValueError(1) from %s" % r.choice(("None", "KeyError(2)"))]]
        if depth <= 0 or self.budget <= 0 or r.random() < 0.35:
            return r.choice(simple)()
        return r.choice((self.if_, self.if_, self.for_, self.for_, self.while_, self.try_, self.try_, self.try_, self.with_, self.match_, self.function_, self.function_, self.class_))(scope, depth - 1)

    def if_(self, scope, depth):
        lines = ["if %s:" % self.expression(scope)] + self.block(scope, depth)
        if self.r.random() < 0.3:
            lines += ["elif %s:" % self.expression(scope)] + self.block(scope, depth)
        if self.r.random() < 0.4:
            lines += ["else:"] + self.block(scope, depth)
        return lines

    def for_(self, scope, depth):
        source = self.r.choice(("range(%d)" % self.r.randrange(4), "few(%s)" % self.expression(scope), "[(1, 2), (3, 4, 5)]"))
        prefix = ""
        if scope.kind == "async" and self.r.random() < 0.4:
            prefix, source = "async ", "Several(%d)" % self.r.randrange(4)
        lines = ["%sfor %s in %s:" % (prefix, self.target(), source)] + self.block(scope.but(loop=True), depth)
        if self.r.random() < 0.3:
            lines += ["else:"] + self.block(scope, depth)
        return lines

    def while_(self, scope, depth):
        counter = self.fresh("n")
        lines = ["%s = 0" % counter, "while %s < %d and %s:" % (counter, self.r.randrange(4), self.r.choice(("True", self.expression(scope)))), "    %s += 1" % counter]
        lines += self.block(scope.but(loop=True), depth)
        if self.r.random() < 0.3:
            lines += ["else:"] + self.block(scope, depth)
        return lines

    def try_(self, scope, depth):
        r = self.r
        star = "*" if r.random() < 0.12 else ""
        lines = ["try:"] + self.block(scope, depth)
        # break, continue and return may not leave an except*.
        inner = scope.but(handler=not star, loop=scope.loop and not star, function=scope.function and not star)
        handlers = r.choice((0, 1, 1, 2))
        for _ in range(handlers):
            kind = r.choice(("ValueError", "KeyError", "TypeError", "(NameError, TypeError)", "Exception", "ArithmeticError"))
            lines += ["except%s %s%s:" % (star, kind, r.choice(("", " as %s" % self.name())))] + ["    note('caught')"] + self.block(inner, depth)
        if handlers and not star and r.random() < 0.2:
            lines += ["except:"] + ["    note('bare')"] + self.block(inner, depth)
        if handlers and r.random() < 0.3:
            lines += ["else:"] + self.block(scope, depth)
        if not handlers or r.random() < 0.4:
            lines += ["finally:", "    note('finally')"] + self.block(scope.but(handler=False), depth)
        return lines

    def with_(self, scope, depth):
        r = self.r
        prefix = "async " if scope.kind == "async" and r.random() < 0.5 else ""
        item = lambda: "Manager(%s, %s)%s" % (self.expression(scope, 1), r.choice(("False", "False", "True")), r.choice(("", " as %s" % self.name(), " as Point().x")))
        items = r.choice((lambda: item(), lambda: item(), lambda: "%s, %s" % (item(), item()), lambda: "(%s,\n      %s)" % (item(), item())))()
        return ("%swith %s:" % (prefix, items)).split("\n") + self.block(scope, depth)

    def pattern(self, depth):
        """A pattern, and whether it may stand before others (it can fail)."""
        r = self.r
        simple = (lambda: (str(r.randrange(4)), True), lambda: ("-1 | 's' | None", True), lambda: ("True", True), lambda: ("str()", True), lambda: ("int(w)", True), lambda: ("Point.missing | 3" if r.random() < 0.05 else "2", True))
        if depth <= 0:
            return r.choice(simple)()
        p = lambda: self.pattern(depth - 1)[0]
        return r.choice(simple + (
            lambda: ("[%s, %s]" % (p(), p()), True), lambda: ("(%s, *rest)" % p(), True), lambda: ("[*_, z]", True), lambda: ("{'k': %s, **rest}" % p(), True), lambda: ("{1: one}", True), lambda: ("Point(%s)" % p(), True),
            lambda: ("Point(x=%s, y=u)" % p(), True), lambda: ("(%s) as v" % p(), True), lambda: ("[]", True), lambda: ("(1 | 2) | [3, _]", True)))()

    def match_(self, scope, depth):
        r = self.r
        lines = ["match %s:" % self.expression(scope)]
        for _ in range(r.randrange(1, 4)):
            text = self.pattern(2)[0]
            try:
                ast.parse("match 1:\n case %s: pass" % text)
                compile("match 1:\n case %s: pass" % text, "", "exec")
            except SyntaxError:     # a name twice
                text = "[q, *rest]"
            lines += ["    case %s%s:" % (text, r.choice(("", "", " if %s" % self.expression(scope, 1))))]
            lines += ["    " + line for line in ["    note('case')"] + self.block(scope, depth)]
        if r.random() < 0.5:
            lines += ["    case %s:" % r.choice(("_", "a", "b as c"))] + ["    " + line for line in self.block(scope, depth)]
            if lines[-1].strip() == "":
                lines[-1] = "        pass"
        return lines

    def function_(self, scope, depth):
        r = self.r
        name = self.fresh("f")
        kind = r.choice(("plain", "plain", "plain", "generator", "async"))
        arity = r.randrange(3)
        parameters = list(r.sample(NAMES, arity))
        defaults = [p if i < arity - 1 or r.random() < 0.6 else "%s=%s" % (p, self.expression(scope, 1)) for i, p in enumerate(parameters)]
        rest = r.choice(("", "", "*args", "**kwargs", "*, key=%s" % self.expression(scope, 1)))
        inner = scope.within(kind if kind != "plain" else "function")
        head, tail = [], []
        free = [n for n in NAMES if n not in parameters]
        declared = []
        if free and r.random() < 0.25:
            declared = [r.choice(free)]
            if r.random() < 0.5 or not scope.enclosing:
                head.append("global %s" % declared[0])
            else:
                head += ["nonlocal %s" % declared[0]]
        if head and head[0].startswith("nonlocal") and not scope.has_local(declared[0]):
            head = ["global %s" % declared[0]]
        inner.locals = set(parameters) | (set(free) - set(declared) if r.random() < 0.6 else set())
        inner.locals -= set(declared)
        body = head + ["%s = %s" % (n, r.randrange(5)) for n in sorted(inner.locals - set(parameters))]
        body = ["    " + line for line in body]
        body += self.block(inner, depth)
        if kind == "generator":
            body += ["    yield %s" % self.name()]
        lines = ["@decorate(%d)" % r.randrange(3)] if r.random() < 0.15 else []
        lines += ["%sdef %s(%s):" % ("async " if kind == "async" else "", name, ", ".join(defaults + [rest] * bool(rest)))] + body
        scope.functions.append((name, arity, kind))
        return lines + ["note(%s)" % (self.call((name, arity, kind), scope, 1) if kind != "async" else "drive(%s)" % self.call((name, arity, kind), scope, 1))]

    def class_(self, scope, depth):
        r = self.r
        name = self.fresh("C")
        inner = scope.within("class")
        inner.function = False
        lines = ["class %s%s:" % (name, r.choice(("", "(Point)", "(Exception)", "(Point, metaclass=type)")))]
        lines += ["    z: int = 0"] + self.block(inner, depth)
        if r.random() < 0.5:
            lines += ["    def method(self, %s=2):" % self.name(), "        note(__class__.__name__, %s)" % self.name(), "        return %s" % self.expression(inner.within("function"), 1)]
            lines += ["note(%s().method())" % name]
        return lines + ["note(sorted(n for n in vars(%s) if n[0] != '_'))" % name]

    def program(self):
        scope = Scope("module")
        # CPython prepares no __annotations__ for what stands in a match statement only.
        lines = ["z: int = 0", "a, b, c, d = 0, [1, 2], 's', (3, 4)"]
        while self.budget > 0:
            lines += ["try:"] + self.block(scope, 3) + ["except Exception as error:", "    note('top', type(error).__name__, str(error))"]
        lines += ["note(*[globals().get(n, 'gone') for n in 'abcd'])"]
        return "\n".join(lines) + "\n"


class Scope:
    def __init__(self, kind, functions=(), enclosing=()):
        self.kind = kind
        self.functions = list(functions)
        self.enclosing = enclosing      # scopes of functions around
        self.loop = self.handler = self.declared = False
        self.function = kind in ("function", "generator", "async")
        self.walrus = True
        self.locals = set()

    def copy(self):
        other = Scope.__new__(Scope)
        other.__dict__.update(self.__dict__)
        return other

    def but(self, **changes):
        other = self.copy()
        other.__dict__.update(changes)
        return other

    def within(self, kind):
        around = self.enclosing + ((self,) if self.kind in ("function", "generator", "async") else ())
        return Scope(kind, self.functions, around)

    def has_local(self, name):
        return any(name in scope.locals for scope in self.enclosing + ((self,) if self.function else ()))

    def inside(self, what):
        """Of a lambda or a comprehension: no yield, no await, no walrus that its place forbids."""
        return self.but(kind="lambda", walrus=what == "lambda" and self.kind != "class")

    def no_walrus(self):
        return self.but(walrus=False)


def valid(text):
    try:
        compile(text, "generated", "exec")
        return True
    except SyntaxError:
        return False


def generate(r):
    """A program that CPython accepts; what it refuses (a name that is used before it is declared global, ...) is made again."""
    for _ in range(30):
        text = Maker(r).program()
        if valid(text):
            return text
    return "note('none')\n"


class Enough(BaseException):
    pass


def show(value, depth=0):
    """What can be compared: no addresses, no order of sets."""
    if isinstance(value, (list, tuple)):
        return "%s[%s]" % (type(value).__name__[0], ", ".join(show(v, depth + 1) for v in value[:9])) if depth < 4 else "deep"
    if isinstance(value, dict):
        if "__build_class__" in value:
            return "builtins"
        return "{%s}" % ", ".join("%s: %s" % (show(k, depth + 1), show(v, depth + 1)) for k, v in list(value.items())[:9]) if depth < 4 else "deep"
    if isinstance(value, BaseException):
        return "%s(%s)" % (type(value).__name__, ", ".join(show(v, depth + 1) for v in value.args)) if depth < 4 else "deep"
    if isinstance(value, str):
        return "address" if " at 0x" in value else repr(value)[:200]
    if value is None or isinstance(value, (int, float, complex)):
        return repr(value)[:80]
    return type(value).__name__


def evaluate(case):
    trace = []

    def note(*values):
        trace.append(" ".join(map(show, values)))
        if len(trace) > 400:
            raise Enough
        return values[0] if values else None

    names = {"__name__": "generated", "note": note, "__builtins__": __builtins__}
    exec(compile(PRELUDE, "prelude", "exec"), names)
    try:
        exec(compile(case, "generated", "exec"), names)
    except Enough:
        trace.append("enough")
    except BaseException as error:
        trace.append("ended by %s: %s" % (type(error).__name__, show(str(error))))
        walk = error.__traceback__
        while walk:
            trace.append("line %d" % walk.tb_lineno)
            walk = walk.tb_next
    return trace


def shrink(case):
    lines = case.splitlines()
    ends = []
    for i, line in enumerate(lines):        # a compound statement goes as a whole
        indent = len(line) - len(line.lstrip())
        end = i + 1
        while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > indent:
            end += 1
        ends.append(end)
    order = sorted(range(len(lines)), key=lambda i: i - ends[i])
    for i in order:
        text = "\n".join(lines[:i] + lines[ends[i]:]) + "\n"
        if valid(text):
            yield text
    for i in order:                         # or only its body stays
        if ends[i] > i + 1:
            indent = len(lines[i]) - len(lines[i].lstrip())
            text = "\n".join(lines[:i] + [line[4:] for line in lines[i + 1:ends[i]]] + lines[ends[i]:]) + "\n"
            if valid(text):
                yield text
    for i, line in enumerate(lines):        # simpler expressions
        try:
            tree = ast.parse(line.strip())
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)) and not isinstance(node, ast.Constant):
                start, end = node.col_offset, node.end_col_offset
                part = line.strip().encode()
                for simple in (b"1", b"a", *[ast.unparse(child).encode() for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]):
                    changed = (part[:start] + simple + part[end:]).decode("utf-8", "replace")
                    text = "\n".join(lines[:i] + [line[:len(line) - len(line.lstrip())] + changed] + lines[i + 1:]) + "\n"
                    if len(changed) < len(line.strip()) and valid(text):
                        yield text
