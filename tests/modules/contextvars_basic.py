# Context variables.
import contextvars
import threading
v = contextvars.ContextVar("v")
w = contextvars.ContextVar("w", default=9)
print(w.get(), v.get(3), v.name)
try:
    v.get()
except LookupError as e:
    print(e.args[0] is v)
token = v.set(1)
print(v.get(), token.old_value is token.MISSING, token.var is v)
copy = contextvars.copy_context()


def inside():
    v.set(2)
    return v.get()


print(copy.run(inside), v.get(), copy[v], len(copy), list(copy) == [v], v in copy, w in copy)
v.reset(token)
print(v.get("unset"))
try:
    v.reset(token)
except RuntimeError as e:
    print("used" in str(e))
token = v.set(5)
try:
    copy.run(v.reset, token)
except ValueError as e:
    print("different Context" in str(e))
try:
    w.reset(token)
except ValueError as e:
    print("different ContextVar" in str(e))
try:
    copy.run(lambda: copy.run(print))
except RuntimeError as e:
    print("already entered" in str(e))
seen = []
t = threading.Thread(target=lambda: seen.append(v.get("none")))
t.start()
t.join()
print(seen, copy == copy.copy(), copy == contextvars.Context(), copy.get(w), copy.get(w, 1))
print(list(copy.keys()) == [v], list(copy.values()), [x for _, x in copy.items()])
try:
    copy["x"]
except TypeError as e:
    print("ContextVar key" in str(e))

# expect: 9 3 v
# expect: True
# expect: 1 True True
# expect: 2 1 2 1 True True False
# expect: unset
# expect: True
# expect: True
# expect: True
# expect: True
# expect: ['none'] True False None 1
# expect: True [2] [2]
# expect: True
