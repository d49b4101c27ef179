# Operands are evaluated from left to right; in assignments the value comes first.
trace = []
def t(name, value=None):
    trace.append(name)
    return value
class Box:
    def __setitem__(self, k, v): trace.append(f"set[{k}]")
    def __getitem__(self, k): trace.append(f"get[{k}]"); return 0
    def __setattr__(self, k, v): trace.append(f"set.{k}")
    def __getattr__(self, k): trace.append(f"get.{k}"); return 0
box = Box()
def show():
    print(" ".join(trace))
    trace.clear()
t("a", box)[t("b", 1)] = t("c", 2); show()  # expect: c a b set[1]
t("a", box)[t("b", 1)] += t("c", 2); show()  # expect: a b get[1] c set[1]
t("a", box).x = t("b"); show()  # expect: b a set.x
t("a", box).x -= t("b", 1); show()  # expect: a get.x b set.x
t("a", box)[1], t("b", box).y = t("c"), t("d"); show()  # expect: c d a set[1] b set.y
t("a", box)[1] = t("b", box).x = t("c"); show()  # expect: c a set[1] b set.x
{t("k1"): t("v1"), t("k2"): t("v2")}; show()  # expect: k1 v1 k2 v2
[t("a"), *t("b", []), t("c")]; show()  # expect: a b c
(t("f", lambda *a, **k: 0))(t("x"), *t("y", []), k=t("z")); show()  # expect: f x y z
t("a", 1) < t("b", 0) < t("c", 3); show()  # expect: a b
t("a", 1) + t("b", 2) * t("c", 3); show()  # expect: a b c
t("yes") if t("cond", True) else t("no"); show()  # expect: cond yes
t("a", box)[t("l", 1):t("u", 2):t("s", 3)]; show()  # expect: a l u s get[slice(1, 2, 3)]
f"{t('a')}{t('b'):{t('spec', '')}}"; show()  # expect: a b spec
def defaults(a=t("d1"), *, b=t("d2")) -> t("return"): pass
show()  # expect: d1 d2 return
@t("decorator", lambda c: c)
class C(t("base", object), metaclass=t("meta", type)):
    x = t("body")
show()  # expect: decorator base meta body
del t("a", [1])[t("b", 0)]; show()  # expect: a b
for box[t("target")] in t("iter", [1, 2]): t("loop")
show()  # expect: iter target set[None] loop target set[None] loop
with t("manager", __import__("contextlib").nullcontext(5)) as box[t("as")]: t("inside")
show()  # expect: manager as set[None] inside
assert t("test", True), t("message"); show()  # expect: test
lambda x=t("default"): t("never"); show()  # expect: default
