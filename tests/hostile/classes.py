"""Classes, instances, functions, modules, exceptions and frames that change while they are used."""
import abc
import copy
import enum
import functools
import importlib
import inspect
import itertools
import os
import sys
import traceback
import types

from _hostile import Arena, Disturber, Exotic, Shared, drain, key, methods, number, target, value

NAMES = ("a", "b", "c", "method", "__len__", "__eq__", "__hash__", "__getattr__", "__call__", "__iter__", "__getattribute__",
         "__setattr__", "__add__", "__get__", "__set__", "__repr__", "__bool__", "__getitem__", "__contains__", "__next__",
         "__enter__", "__exit__", "__del__", "__index__", "__doc__", "__name__", "__qualname__", "__module__", "__slots__",
         "__annotations__", "__abstractmethods__", "__lt__", "__await__", "__format__", "__match_args__", "__delattr__")


class Overriding:
    def __get__(self, instance, owner=None):
        Arena.disturb()
        return 3

    def __set__(self, instance, value):
        Arena.disturb()

    def __delete__(self, instance):
        Arena.disturb()


def attribute(r):
    return r.choice((
        lambda: value(r), lambda: (lambda *a: 1), lambda: property(lambda self: Arena.disturb()), lambda: Overriding(),
        lambda: classmethod(lambda c: 1), lambda: staticmethod(lambda *a: 2), lambda: functools.cached_property(lambda self: 5),
        lambda: functools.partialmethod(int, 3), lambda: None, lambda: Disturber(3), lambda: object.__getattribute__,
        lambda: object.__repr__, lambda: dict.__len__, lambda: functools.lru_cache(lambda *a: 1)))()


def use(item, r):
    """Does with an instance what makes the loop and the caches look into its class."""
    name = r.choice(NAMES)
    r.choice((
        lambda: item.a, lambda: item.b, lambda: item.method(), lambda: item.method(1, 2), lambda: getattr(item, name),
        lambda: setattr(item, name, value(r)), lambda: setattr(item, "a", 1), lambda: setattr(item, "b", attribute(r)),
        lambda: delattr(item, r.choice("abc")), lambda: len(item), lambda: item == 1, lambda: hash(item), lambda: item(1),
        lambda: drain(item), lambda: item + 1, lambda: 1 + item, lambda: repr(item), lambda: bool(item), lambda: item[1],
        lambda: next(item), lambda: vars(item), lambda: item.__dict__.update(a=1, d=2),
        lambda: setattr(item, "__dict__", {"a": 1, "c": value(r)}), lambda: item.__dict__.pop("a"), lambda: dir(item),
        lambda: item.__dict__.clear(), lambda: drain(item.__dict__.items()), lambda: isinstance(item, Changing),
        lambda: copy.copy(item), lambda: item.__reduce_ex__(2), lambda: delattr(item, "__dict__"), lambda: item < 1,
        lambda: setattr(item, Exotic("k1"), 1), lambda: item.__class__, lambda: format(item, "x"), lambda: int(item),
        lambda: item.__dict__.setdefault("z", 1), lambda: item.__dict__ | {}, lambda: iter(item)))()


class Changing:
    pass


def with_statement(item):
    with item as x:
        return x


def match_statement(item):
    match item:
        case {"a": 1, **rest}:
            return rest
        case [x, *y]:
            return x
        case Changing(a=1, b=x):
            return x
        case Changing(x, y):
            return x


@target
def changing_classes(r):
    base = type("Base", (Changing,), {"method": lambda self, *a: 1, "a": 1})
    other = type("Other", (Changing,), {"method": lambda self, *a: 2, "b": 1})
    shared = [base, other, type("Derived", (base,), {}), type("Both", (base, other), {"__slots__": ("s",)})]
    instances = [kind() for kind in shared]
    functions = [lambda item: item.a, lambda item: item.method(), lambda item: item.b, lambda item: len(item),
                 lambda item: item.s, with_statement, match_statement, lambda item: [*itertools.islice(item, 9)], lambda item: super(Changing, item).__getattribute__("a")]

    def change(r):
        setattr(r.choice(shared), r.choice(NAMES), attribute(r))

    def remove(r):
        delattr(r.choice(shared), r.choice(NAMES))

    def renew(r):
        r.choice(instances).__class__ = r.choice(shared)

    def bases(r):
        r.choice(shared[2:]).__bases__ = r.choice(((base,), (other,), (base, other), (Changing,), (object,), (other, base)))

    def derive(r):
        instances[r.randrange(4)] = type("New", (r.choice(shared),), {r.choice(NAMES): attribute(r)})()

    def instance(r):
        instances[r.randrange(4)] = r.choice(shared)()

    def check():
        """What len() does agrees with what the classes have, whoever changed them last."""
        for kind in shared:
            has = [vars(base)["__len__"] for base in kind.__mro__ if "__len__" in vars(base)]
            try:
                instance = object.__new__(kind)
            except TypeError:       # the class is abstract now
                continue
            try:
                len(instance)
                lacks = False
            except Exception as error:
                lacks = "has no len()" in str(error)
            assert lacks == (not has) or has[:1] == [None], (kind, has)

    return Shared([
        change, change, change, remove, remove, renew, bases, derive, instance,
        *[lambda r: use(r.choice(instances), r)] * 5, *[lambda r: r.choice(functions)(r.choice(instances))] * 5,
        lambda r: r.choice(shared).mro(), lambda r: r.choice(shared).__subclasses__(), lambda r: drain(vars(r.choice(shared))),
        lambda r: super(r.choice(shared), r.choice(instances)).method, lambda r: issubclass(r.choice(shared), r.choice(shared)),
        lambda r: repr(r.choice(shared)), lambda r: setattr(r.choice(shared), "__name__", "N"), lambda r: dir(r.choice(shared)),
        lambda r: inspect.getmembers(r.choice(instances)) if r.random() < 0.05 else None,
        lambda r: methods(lambda: r.choice(shared), leave_out=("__bases__",))(r),
    ], check)


@target
def metaclasses(r):
    class Meta(type):
        def __instancecheck__(cls, instance):
            Arena.disturb()
            return True

        def mro(cls):
            Arena.disturb()
            return type.mro(cls)

        def __getattr__(cls, name):
            Arena.disturb()
            raise AttributeError(name)

    kinds = [Meta("A", (), {}), Meta("B", (), {"a": 1})]
    abstract = abc.ABCMeta("Abstract", (), {"a": abc.abstractmethod(lambda self: 1)})

    def bases(r):
        kinds[-1].__bases__ = (r.choice(kinds[:1]),)

    def derive(r):
        kinds.append(Meta("C", tuple(set(r.sample(kinds, min(2, len(kinds))))), {"x": 1}))
        if len(kinds) > 6:
            del kinds[2:]

    return Shared([
        bases, derive, derive, lambda r: r.choice(kinds)(), lambda r: isinstance(3, r.choice(kinds)),
        lambda r: setattr(Meta, r.choice(NAMES[:3]), attribute(r)), lambda r: delattr(Meta, r.choice(NAMES[:3])),
        lambda r: r.choice(kinds).a, lambda r: r.choice(kinds).missing, lambda r: abstract(), lambda r: abstract.register(r.choice(kinds)),
        lambda r: isinstance(r.choice(kinds)(), abstract), lambda r: abstract._abc_registry_clear() if hasattr(abstract, "_abc_registry_clear") else 0,
        lambda r: setattr(abstract, "__abstractmethods__", frozenset(r.choice((("a",), ())))), lambda r: issubclass(int, abstract),
        lambda r: enum.Enum("E", "x y z")(2), lambda r: setattr(r.choice(kinds), "__class__", r.choice((Meta, type))),
        lambda r: r.choice(kinds).__subclasses__(), lambda r: repr(kinds),
    ])


@target
def slots(r):
    class Slotted:
        __slots__ = ("a", "b", "__weakref__")

    class More(Slotted):
        __slots__ = ("c", "__dict__")

    class Same:
        __slots__ = ("a", "b", "__weakref__")

    shared = [Slotted(), More(), Same()]
    members = [Slotted.a, Slotted.b, More.c]

    return Shared([
        *[lambda r: use(r.choice(shared), r)] * 6, lambda r: setattr(r.choice(shared), r.choice("abcd"), value(r)),
        lambda r: setattr(r.choice(shared), "__class__", r.choice((Slotted, Same, More))),
        lambda r: r.choice(members).__get__(r.choice(shared)), lambda r: r.choice(members).__set__(r.choice(shared), 1),
        lambda r: r.choice(members).__delete__(r.choice(shared)), lambda r: copy.copy(r.choice(shared)),
        lambda r: setattr(Slotted, "a", r.choice(members)), lambda r: delattr(Slotted, "a"),
        lambda r: shared.__setitem__(r.randrange(3), r.choice((Slotted, More, Same))()), lambda r: repr(members),
    ])


@target
def instances(r):
    """One object of a plain class: attributes come and go, its __dict__ is taken and replaced."""
    kind = type("Plain", (), {"method": lambda self: 1, "__init__": lambda self: setattr(self, "a", 1)})
    shared = [kind()]
    dicts = [vars(shared[0])]

    def many(r):
        for i in range(r.randrange(40)):
            setattr(shared[0], "x%d" % r.randrange(60), i)

    def fewer(r):
        for name in drain(vars(shared[0])):
            delattr(shared[0], name)

    def take(r):
        dicts[0] = vars(shared[0])

    def check():
        table = vars(shared[0])
        for name in list(table):
            if type(name) is str and name not in vars(type(shared[0])):
                assert getattr(shared[0], name) is table[name], name
            del table[name]
        shared[0].last = 1
        assert list(vars(shared[0])) == ["last"]

    return Shared([
        *[lambda r: use(shared[0], r)] * 6, many, fewer, take, take, lambda r: dicts[0].update(a=1),
        lambda r: dicts[0].clear(), lambda r: drain(dicts[0].items()), lambda r: dicts[0].popitem(),
        lambda r: dicts[0].__setitem__(r.choice("abcd"), 2), lambda r: dicts[0].__delitem__(r.choice("abcd")),
        lambda r: shared[0].__dict__.__setitem__(3, 4), lambda r: setattr(shared[0], "__dict__", dicts[0]),
        lambda r: shared.__setitem__(0, kind()) if r.random() < 0.05 else None, lambda r: methods(lambda: dicts[0], arguments=key)(r),
    ], check)


def plain(a, b=2, *c, d=4, **e):
    return a, b, c, d, e


def other(x, y=1):
    z = [x, y]
    return (lambda: z)()


def generator(a, b=3):
    yield a
    yield b


@target
def functions(r):
    def closure(a):
        return a, r, cell
    cell = 1
    make = lambda: types.FunctionType(plain.__code__, {"x": 1, "__builtins__": __builtins__}, "f", (1,))
    shared = [make(), make(), types.FunctionType(generator.__code__, {"y": 2})]
    codes = [plain.__code__, other.__code__, generator.__code__, closure.__code__, (lambda: missing).__code__,
             (lambda *a, **k: locals()).__code__, plain.__code__.replace(co_name="renamed"), (lambda a, /, b, *, c=1: a).__code__]
    bound = [types.MethodType(shared[0], 1), functools.partial(shared[0], 1), functools.lru_cache(3)(shared[1]),
             functools.partial(shared[1], a=2), staticmethod(shared[0]), functools.singledispatch(shared[0])]

    def call(r):
        r.choice(shared)(*[1] * r.randrange(4), **r.choice(({}, {"d": 1}, {"b": 2, "zz": 3})))

    def change(r):
        f = r.choice(shared)
        r.choice((
            lambda: setattr(f, "__code__", r.choice(codes)), lambda: setattr(f, "__defaults__", r.choice((None, (), (1,), (1, 2), (1, 2, 3, 4)))),
            lambda: setattr(f, "__kwdefaults__", r.choice((None, {}, {"d": 5}, {"c": 1}))), lambda: setattr(f, "__dict__", {"a": 1}),
            lambda: setattr(f, "__name__", "n"), lambda: setattr(f, "__annotations__", {}), lambda: f.__kwdefaults__.clear(),
            lambda: f.__kwdefaults__.update(d=3), lambda: f.__globals__.clear(), lambda: setattr(f, "attribute", value(r)),
            lambda: setattr(f, "__doc__", value(r)), lambda: f.__globals__.update(x=1, print=2)))()

    def nested(r):
        def inner(a=cells[0]):
            return cells, a
        inner()
        inner.__closure__[0].cell_contents = value(r)
        del inner.__closure__[0].cell_contents
        inner.__code__ = (lambda: cells).__code__
        inner()
    cells = [1]

    def partial_state(r):
        bound[1].__setstate__((shared[0], r.choice(((1,), (1, 2), [1])), r.choice(({}, {"d": 1}, None)), {}))

    return Shared([
        *[call] * 5, *[change] * 4, nested, partial_state, lambda r: r.choice(bound)(1), lambda r: r.choice(bound)(2, 3),
        lambda r: repr(r.choice(bound)), lambda r: drain(r.choice(shared)(1, 2)), lambda r: bound[2].cache_clear(),
        lambda r: bound[2].cache_info(), lambda r: bound[2](Disturber(r.randrange(9))), lambda r: bound[5].register(r.choice((int, list)), other),
        lambda r: inspect.signature(r.choice(shared)) if r.random() < 0.1 else None,
        lambda r: methods(lambda: r.choice(shared))(r), lambda r: methods(lambda: r.choice(bound))(r),
        lambda r: r.choice(codes).replace(co_consts=(1, 2)), lambda r: hash(r.choice(codes)), lambda r: drain(r.choice(codes).co_positions()),
    ])


@target
def descriptors(r):
    class Owner:
        @property
        def p(self):
            Arena.disturb()
            return 1

        @functools.cached_property
        def c(self):
            Arena.disturb()
            return 2

        @classmethod
        def k(cls):
            return 3
    owner = Owner()
    shared = [Owner.__dict__["p"], property(), Owner.__dict__["k"], Owner.__dict__["c"], slice(1, 2), super(Owner, owner),
              owner.k, Owner.p.fget, type.__dict__["__mro__"], dict.__dict__["get"], Overriding(), types.SimpleNamespace(a=1)]

    return Shared([
        *[lambda r: methods(lambda: r.choice(shared))(r)] * 4, lambda r: r.choice(shared).__init__(value(r), Disturber(2)),
        lambda r: shared[0].__init__(lambda self: Arena.disturb(), None, value(r), "doc"), lambda r: owner.p, lambda r: owner.c,
        lambda r: owner.k(), lambda r: setattr(Owner, "p", shared[0]), lambda r: setattr(Owner, r.choice("pck"), attribute(r)),
        lambda r: setattr(owner, r.choice("pck"), 1), lambda r: delattr(owner, "c"), lambda r: shared[4].indices(number(r)),
        lambda r: slice(value(r), value(r)).indices(5), lambda r: repr(shared), lambda r: r.choice(shared).__get__(owner, Owner),
        lambda r: shared[1].getter(value(r)), lambda r: setattr(r.choice(shared), "__doc__", "x"), lambda r: vars(shared[11]).update(b=2),
        lambda r: setattr(shared[11], "a", value(r)), lambda r: shared[11] == shared[11], lambda r: slice([1], 2) == slice(Disturber(1), 2),
    ])


def fail(r, depth):
    try:
        if depth:
            fail(r, depth - 1)
        raise r.choice((ValueError("x"), KeyError(1), OSError(2, "no"), UnicodeDecodeError("utf-8", b"abc", 0, 1, "why"),
                        ExceptionGroup("group", [ValueError(1), TypeError(2)]), SyntaxError("bad", ("f", 1, 2, "text", 1, 3)),
                        AttributeError("a", name="b", obj=1), StopIteration(3), ImportError("m", name="n")))
    finally:
        Arena.disturb()


@target
def exceptions(r):
    """Exceptions that several threads raise, chain, print and change."""
    shared = []

    def renew(r):
        try:
            fail(r, r.randrange(5))
        except Exception as error:
            shared.append(error)
            if len(shared) > 4:
                del shared[0]

    def again(r):
        raise r.choice(shared)

    def chained(r):
        raise r.choice(shared) from r.choice(shared)

    def within(r):
        try:
            raise r.choice(shared)
        except Exception:
            raise r.choice(shared)

    def star(r):
        try:
            raise r.choice(shared)
        except* ValueError as group:
            shared.append(group)
        except* TypeError:
            raise r.choice(shared)

    def change(r):
        error = r.choice(shared)
        r.choice((
            lambda: setattr(error, "__traceback__", r.choice(shared).__traceback__), lambda: setattr(error, "__traceback__", None),
            lambda: setattr(error, "__cause__", r.choice(shared)), lambda: setattr(error, "__context__", r.choice(shared)),
            lambda: setattr(error, "args", (1, 2)), lambda: error.add_note("note"), lambda: setattr(error, "__notes__", value(r)),
            lambda: error.with_traceback(None), lambda: setattr(error.__traceback__, "tb_next", r.choice(shared).__traceback__),
            lambda: setattr(error, "__suppress_context__", True), lambda: setattr(error, r.choice((
                "start", "end", "object", "errno", "filename", "name", "text", "lineno", "offset", "value", "msg")), value(r)),
            lambda: error.__setstate__({"a": 1}), lambda: error.__init__(*[value(r)] * r.randrange(6)), lambda: delattr(error, "start"),
            lambda: setattr(error, "__class__", ValueError), lambda: setattr(error, "__dict__", {})))()

    def show(r):
        error = r.choice(shared)
        r.choice((
            lambda: str(error), lambda: repr(error), lambda: traceback.format_exception(error), lambda: error.__reduce__(),
            lambda: traceback.format_tb(error.__traceback__), lambda: sys.excepthook(type(error), error, error.__traceback__),
            lambda: error.split(ValueError), lambda: error.subgroup(lambda e: Arena.disturb()), lambda: error.derive([ValueError()]),
            lambda: copy.copy(error), lambda: b"abc".decode("utf-8", "x"), lambda: error.__traceback__.tb_frame.f_locals,
            lambda: error.__traceback__.tb_frame.clear(), lambda: error.__traceback__.tb_frame.f_lineno))()

    error_stream = open(os.devnull, "w")
    sys.stderr = error_stream

    def check():
        sys.stderr = sys.__stderr__
        error_stream.close()
    return Shared([renew, renew, again, chained, within, star, change, change, show, show,
                   lambda r: methods(lambda: r.choice(shared))(r)], check,
                  lambda: [setattr(e, "__traceback__", None) for e in shared] if len(shared) > 3 else None)


@target
def frames(r):
    """Frames of running functions, looked at and changed by others."""
    shared = []

    def body(r):
        a = value(r)
        shared.append(sys._getframe())
        b = [value(r) for _ in range(3)]
        for c in b:
            Arena.disturb()
        f = lambda: a
        locals()
        del shared[:-6]
        return f()

    def look(r):
        frame = r.choice(shared)
        return (frame.f_locals, frame.f_lineno, frame.f_lasti, frame.f_code, frame.f_back, frame.f_globals, frame.f_builtins,
                repr(frame), frame.f_trace, traceback.extract_stack(frame, 3))

    def current(r):
        for frame in drain(sys._current_frames().values()):
            shared.append(frame)
            repr(frame)
            frame.f_locals
            traceback.extract_stack(frame, 3)
        del shared[:-6]

    return Shared([*[body] * 5, *[look] * 3, current, lambda r: r.choice(shared).clear(), lambda r: r.choice(shared).f_locals.update(a=1),
                   lambda r: r.choice(shared).f_locals.clear(), lambda r: sys._current_exceptions(), lambda r: sys._getframe(number(r)),
                   lambda r: setattr(r.choice(shared), "f_trace", None), lambda r: setattr(r.choice(shared), "f_lineno", 3),
                   lambda r: setattr(r.choice(shared), "f_trace_lines", True), lambda r: methods(lambda: r.choice(shared))(r)])


@target
def modules(r):
    """Modules that are made, imported, reloaded, changed and dropped from sys.modules."""
    sys.dont_write_bytecode = True
    folder = os.path.abspath("modules")
    os.makedirs(folder, exist_ok=True)
    if folder not in sys.path:
        sys.path.insert(0, folder)
        for name, body in (("one", "import two\nx = 1\ndef f(): return x\n"), ("two", "import one\ny = [i for i in range(50)]\n"),
                           ("three", "from one import f\nraise ValueError\n"), ("four", "import one, two\nclass C: pass\n")):
            with open(os.path.join(folder, "hostile_%s.py" % name), "w") as file:
                for other in ("one", "two"):
                    body = body.replace("import " + other, "import hostile_" + other).replace("from " + other, "from hostile_" + other)
                file.write(body)
    importlib.invalidate_caches()
    names = ["hostile_one", "hostile_two", "hostile_three", "hostile_four"]
    plain = types.ModuleType("plain")

    def statement(r):
        exec(r.choice(("import hostile_one; hostile_one.f()", "from hostile_four import C", "from hostile_two import *", "import hostile_three",
                       "from hostile_one import x as z", "import hostile_one.missing", "from hostile_two import missing")), {})

    def change(r):
        module = r.choice((sys.modules[r.choice(names)], plain))
        r.choice((
            lambda: setattr(module, r.choice(("x", "y", "f", "__name__", "__spec__", "__path__", "__getattr__", "__all__")), value(r)),
            lambda: delattr(module, r.choice(("x", "y", "f", "__name__", "__spec__", "__doc__"))), lambda: vars(module).clear(),
            lambda: setattr(module, "__class__", type("M", (types.ModuleType,), {})), lambda: repr(module), lambda: dir(module),
            lambda: module.x, lambda: module.f(), lambda: module.__init__("other"), lambda: module.missing))()

    return Shared([
        statement, statement, change, change, lambda r: importlib.reload(sys.modules[r.choice(names)]), lambda r: importlib.import_module(r.choice(names)),
        lambda r: sys.modules.pop(r.choice(names)), lambda r: sys.modules.__setitem__(r.choice(names), r.choice((None, plain, 3))),
        lambda r: __import__(r.choice(names), fromlist=["x"]), lambda r: methods(lambda: plain)(r),
    ], lambda: [sys.modules.pop(name, None) for name in names])
