# Assigning to __bases__: failures are undone, circles refused, and an mro() may assign, too.
class A:
    name = "A"
class B:
    name = "B"
class C(A): pass
class D(C): pass


print(D.name, A.__subclasses__(), B.__subclasses__())
C.__bases__ = (B,)
print(D.name, A.__subclasses__(), B.__subclasses__(), D.__mro__[-2:])
for bases in (D,), (), 1, (1,), (dict,):
    try:
        C.__bases__ = bases
    except TypeError as e:
        print(e)
# expect: A [<class '__main__.C'>] []
# expect: B [] [<class '__main__.C'>] (<class '__main__.B'>, <class 'object'>)
# expect: a __bases__ item causes an inheritance cycle
# expect: can only assign non-empty tuple to C.__bases__, not ()
# expect: can only assign tuple to C.__bases__, not int
# expect: C.__bases__ must be tuple of classes, not 'int'
# expect: __bases__ assignment: 'dict' object layout differs from 'B'


class Failing(type):
    fail = False

    def mro(cls):
        if Failing.fail:
            raise RuntimeError("mro")
        return type.mro(cls)


class E(D): pass
class F(D, metaclass=Failing): pass


Failing.fail = True
try:
    D.__bases__ = (A,)
except RuntimeError as e:
    print(e, D.__bases__, D.name, E.name, F.name)   # expect: mro (<class '__main__.C'>,) B B B


class Devious(type):
    def mro(cls):
        return devious


for devious in [1], [dict, object]:
    try:
        class G(metaclass=Devious): pass
    except TypeError as e:
        print(e)
# expect: mro() returned a non-class ('int')
# expect: mro() returned base with unsuitable layout ('dict')


class Circular(type):
    ready = False

    def mro(cls):
        if Circular.ready:
            if cls.__name__ == "H":
                I.__bases__ = (H,)
            else:
                H.__bases__ = (I,)
        return type.mro(cls)


class H(A, metaclass=Circular): pass
class I(A, metaclass=Circular): pass


Circular.ready = True
try:
    H.__bases__ += ()
except TypeError as e:
    print(e)                # expect: a __bases__ item causes an inheritance cycle
Circular.ready = False
print(H.__mro__, I.__mro__)
# expect: (<class '__main__.H'>, <class '__main__.A'>, <class 'object'>) (<class '__main__.I'>, <class '__main__.A'>, <class 'object'>)


class Later(type):
    ready = False

    def mro(cls):
        if Later.ready and cls.__name__ == "L":
            Later.ready = False
            L.__bases__ = (K,)
        return type.mro(cls)


class J(A, metaclass=Later): pass
class K(A, metaclass=Later): pass
class L(A, metaclass=Later): pass


Later.ready = True
L.__bases__ = (J,)          # what mro() assigned is the later
print(L.__bases__, J.__subclasses__(), K.__subclasses__())
# expect: (<class '__main__.K'>,) [] [<class '__main__.L'>]


# The class is known to its mro(); a metaclass need not make a class.
class Early(type):
    def mro(cls):
        print(cls.__dict__["f"]() is cls)
        return type.mro(cls)


class N(metaclass=Early):
    def f():
        return __class__
# expect: True


class Nothing(type):
    def __new__(*args):
        return None


class O(metaclass=Nothing):
    def f():
        return __class__


print(O)                    # expect: None
