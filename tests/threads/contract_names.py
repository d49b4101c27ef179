# docs/memory-model.md, names: variables, attributes, cells, classes.
import threading
from _contract import COUNT, THREADS, TOKENS, each, flat, meanwhile, row, same, together

class Plain:
    pass

class Slotted:
    __slots__ = ("field", "other")

shared = ("pair", "pair")

@row("x = y, global")
def _():
    def store(turn):
        global shared
        shared = (turn, turn)
        a, b = shared
        return a == b
    return meanwhile(store)
# expect: x = y, global: atomic

@row("x = y, new globals")
def _():
    each(lambda token: globals().__setitem__(f"global{token}", token))
    each(lambda token: exec(f"name{token} = {token}", globals()) if token % 10 == 0 else None)
    return same(value for key, value in list(globals().items()) if key.startswith("global")) and \
        same((value for key, value in list(globals().items()) if key.startswith("name")), TOKENS[::10])
# expect: x = y, new globals: atomic

@row("x = y, nonlocal")
def _():
    cell = (0, 0)
    def store(turn):
        nonlocal cell
        cell = (turn, turn)
        a, b = cell
        return a == b
    return meanwhile(store)
# expect: x = y, nonlocal: atomic

@row("o.x = y")
def _():
    for o in (Plain(), Slotted()):
        o.field = (0, 0)
        def store(turn):
            o.field = (turn, turn)
            a, b = o.field
            return a == b
        if not meanwhile(store):
            return False
    return True
# expect: o.x = y: atomic

@row("o.x = y, new attributes")
def _():
    o = Plain()
    each(lambda token: setattr(o, f"field{token}", token))
    many = [Plain() for _ in range(COUNT)]
    # Each object gets an attribute of each thread's own.
    together(lambda number: [setattr(o, f"from{number}", i) for i, o in enumerate(many)], THREADS)
    return same(vars(o).values()) and \
        all(getattr(o, f"from{number}") == i for i, o in enumerate(many) for number in range(THREADS))
# expect: o.x = y, new attributes: atomic

@row("del o.x")
def _():
    o = Plain()
    for token in TOKENS:
        setattr(o, f"field{token}", token)
    each(lambda token: delattr(o, f"field{token}"))
    lost = Plain()
    def once(token):
        lost.x = 1
        try:
            del lost.x
        except AttributeError:
            pass
        return True
    each(once)
    return vars(o) == {} and vars(lost) == {}
# expect: del o.x: atomic

@row("o.__dict__")
def _():
    o = Plain()
    dicts = flat(each(lambda token: o.__dict__))
    o2 = Plain()
    each(lambda token: o2.__dict__.__setitem__(f"field{token}", token))
    return all(d is dicts[0] for d in dicts) and same(vars(o2).values())
# expect: o.__dict__: atomic

@row("C.x = y, of a class")
def _():
    class C:
        field = (0, 0)
    o = C()
    def store(turn):
        C.field = (turn, turn)
        (a, b), (c, d) = C.field, o.field
        return a == b and c == d
    each(lambda token: setattr(C, f"field{token}", token))
    return meanwhile(store) and all(getattr(C, f"field{token}") == token for token in TOKENS)
# expect: C.x = y, of a class: atomic

@row("C.f = function, while it is called")
def _():
    class C:
        def f(self):
            return "one"
    def other(self):
        return "two"
    first = C.f
    o = C()
    return meanwhile(lambda turn: o.f() in ("one", "two"), lambda: setattr(C, "f", other), lambda: setattr(C, "f", first))
# expect: C.f = function, while it is called: atomic

@row("setattr by a message: data before its flag")
def _():
    o = Plain()
    o.data, o.flag = 0, 0
    def send():
        number = o.flag + 1
        o.data = [number]
        o.flag = number
    def receive(turn):
        number = o.flag
        return number == 0 or o.data[0] >= number
    return meanwhile(receive, send)
# expect: setattr by a message: data before its flag: atomic

@row("items by a message: data before its flag")
def _():
    data, flag = {"x": 0}, [0]
    def send():
        number = flag[0] + 1
        data["x"] = number
        flag[0] = number
    def receive(turn):
        number = flag[0]
        return data["x"] >= number
    return meanwhile(receive, send)
# expect: items by a message: data before its flag: atomic

@row("x = y, thread-local")
def _():
    local = threading.local()
    def store(turn):
        local.field = (threading.get_ident(), turn)
        return local.field == (threading.get_ident(), turn)
    return meanwhile(store, threads=4)
# expect: x = y, thread-local: atomic
