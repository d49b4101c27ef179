# Forms of import and what they bind.
import sys, os.path
import os.path as path, collections.abc as abc
from os import sep, path as p2
from collections import (OrderedDict as OD,
                         deque)
print(os.path is path is p2, abc.__name__, sep, OD.__name__, deque.__name__)
# expect: True collections.abc / OrderedDict deque
def local():
    from math import floor, pi as three
    import math as m
    return floor(three), m.floor is floor
print(local())  # expect: (3, True)
namespace = {}
exec("from os.path import *", namespace)
print("join" in namespace, "_get_sep" in namespace)  # expect: True False
for code in ("import no_such_module", "from os import no_such_name", "from . import x", "import os.no_such"):
    try:
        exec(code, {"__name__": "__main__"})
    except ImportError as error:
        print(type(error).__name__, str(error).split(" (")[0])
# expect: ModuleNotFoundError No module named 'no_such_module'
# expect: ImportError cannot import name 'no_such_name' from 'os'
# expect: ImportError attempted relative import with no known parent package
# expect: ModuleNotFoundError No module named 'os.no_such'; 'os' is not a package
class Body:
    from math import e
    import math
print(Body.e == Body.math.e)  # expect: True
