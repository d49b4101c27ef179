# Names are looked for in the globals and in their __builtins__, of whatever classes these are.
class Asked(dict):
    def __getitem__(self, key):
        print("asked for", key)
        return dict.__getitem__(self, key)


class Numbers(dict):
    def __missing__(self, key):
        return int(key[1:])


f = eval("lambda: n1 + n2", Numbers())
print(f(), f(), f())                                            # expect: 3 3 3
exec("print = len('abc')\nlen", {"__builtins__": Asked(len=len)})  # expect: asked for len
# expect: asked for len
for builtins in 123, {}, Asked():
    try:
        exec("def f(): return missing\nf()", {"__builtins__": builtins})
    except (TypeError, NameError) as e:
        print(e)
# expect: 'int' object is not subscriptable
# expect: name 'missing' is not defined
# expect: asked for missing
# expect: name 'missing' is not defined
try:
    exec("class A: pass", {"__builtins__": Asked()})
except NameError as e:
    print(e)
# expect: asked for __build_class__
# expect: __build_class__ not found


# A function made without builtins has those of its maker.
namespace = {"__builtins__": {"type": type}}
exec("def f(): pass\ng = type(f)(f.__code__, {})", namespace)
print(namespace["g"].__builtins__)                              # expect: {'type': <class 'type'>}
print(type(f)(f.__code__, {}).__builtins__ is f.__builtins__)   # expect: True
namespace = {}
exec("", namespace)
print(type(namespace["__builtins__"]))                          # expect: <class 'dict'>
