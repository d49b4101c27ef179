# global, nonlocal, class scopes, locals() and exec.
x = "global"
def reads(): return x
def writes():
    global x
    x = "written"
writes()
print(reads())  # expect: written
def shadow():
    x = "local"
    def inner():
        global x
        return x
    return inner(), x
print(shadow())  # expect: ('written', 'local')
def not_yet():
    try:
        print(later_local)
    except UnboundLocalError as error:
        print(error)
    later_local = 1
not_yet()  # expect: cannot access local variable 'later_local' where it is not associated with a value
def deleted():
    y = 1
    del y
    try:
        y
    except UnboundLocalError as error:
        print(error)
    y = 2
    return y
print(deleted())
# expect: cannot access local variable 'y' where it is not associated with a value
# expect: 2
def maybe(flag):
    if flag:
        v = 1
    return v
print(maybe(True))  # expect: 1
try:
    maybe(False)
except UnboundLocalError as error:
    print(error)  # expect: cannot access local variable 'v' where it is not associated with a value
def in_loop():
    for i in range(3):
        pass
    return i
print(in_loop())  # expect: 2
def empty_loop():
    for j in []:
        pass
    return j
try:
    empty_loop()
except UnboundLocalError as error:
    print(error)  # expect: cannot access local variable 'j' where it is not associated with a value
namespace = {}
exec("a = 1\ndef f(): return a\nb = f()", namespace)
print(namespace["b"], eval("a + 1", namespace))  # expect: 1 2
def has_locals(p, q=2):
    r = 3
    return locals()
print(has_locals(1))  # expect: {'p': 1, 'q': 2, 'r': 3}
def builtin_shadow():
    len = lambda v: "mine"
    return len([])
print(builtin_shadow(), len([]))  # expect: mine 0
try:
    del undefined_name
except NameError as error:
    print(error)  # expect: name 'undefined_name' is not defined
def delete_global():
    global temporary
    temporary = 1
    del temporary
    try:
        temporary
    except NameError as error:
        print(error)
delete_global()  # expect: name 'temporary' is not defined
