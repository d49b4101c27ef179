import sys, os, tempfile, importlib, importlib.util
root = tempfile.mkdtemp(); sys.path.insert(0, root); sys.dont_write_bytecode = True
def write(path, text):
    path = os.path.join(root, path); os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f: f.write(text)
write("pkg/__init__.py", "print('init pkg', __name__, __package__)\nfrom .sub import value\n__all__ = ['sub', 'other']\n")
write("pkg/sub.py", "print('sub', __name__)\nvalue = 42\nfrom . import other\n")
write("pkg/other.py", "from .deep import leaf\nfrom . import deep as d2\nx = leaf.y\n")
write("pkg/deep/__init__.py", "")
write("pkg/deep/leaf.py", "from .. import __name__ as up\nimport pkg\nfrom .. import sub\ny = __name__, sub.__name__\n")
write("ns/one.py", "v = 1")
write("broken.py", "def f(:\n")
write("raises.py", "x = 1\n1 / 0\n")
write("circ_a.py", "import circ_b\nx = 1\ndef f(): return circ_b.y\n")
write("circ_b.py", "import circ_a\ny = 2\nprint('circular', hasattr(circ_a, 'x'))\n")
write("lazy.py", "def __getattr__(name):\n    if name == 'dynamic': return 'made'\n    raise AttributeError(f'no {name}')\ndef __dir__(): return ['dynamic']\n")
write("circ_c.py", "from circ_d import q\n"); write("circ_d.py", "from circ_c import z\n")
import pkg
print(pkg.value, pkg.other.x, pkg.deep.leaf.y, sorted(m for m in sys.modules if m.startswith("pkg")))
import pkg.deep.leaf as leaf, ns.one; print(leaf.__name__, ns.one.v, type(ns.__path__).__name__, ns.__file__ if hasattr(ns, "__file__") else None)
from pkg import *; print(other.__name__)
from pkg.deep.leaf import y as yy, pkg as p2; print(yy, p2 is pkg)
for bad in ("import nope", "import pkg.nope", "from pkg import nope", "from nope import x", "import broken", "import raises", "from . import x", "from .x import y", "import circ_c", "import os.path.nope", "from pkg.sub import *, x", "import pkg.sub.z"):
    try: exec(bad, {"__name__": "__main__", "__package__": None}); print("fine", bad)
    except (ImportError, SyntaxError, ZeroDivisionError) as e: print(type(e).__name__, str(e).replace(root, "ROOT"))
print("raises" in sys.modules); import circ_a; print(circ_a.f())
import lazy; print(lazy.dynamic, dir(lazy))
try: lazy.other
except AttributeError as e: print(e)
try: pkg.missing
except AttributeError as e: print(e)
write("changing.py", "v = 1"); import changing; write("changing.py", "v = 22"); importlib.reload(changing); print(changing.v, importlib.import_module(".sub", "pkg").value, importlib.util.find_spec("nope"), importlib.util.find_spec("pkg.sub").name)
spec = importlib.util.spec_from_file_location("dyn", os.path.join(root, "ns/one.py")); m = importlib.util.module_from_spec(spec); spec.loader.exec_module(m); print(m.v, m.__name__, "dyn" in sys.modules)
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "virtual": return importlib.util.spec_from_loader(name, self)
    def create_module(self, spec): return None
    def exec_module(self, module): module.hello = "from finder"
sys.meta_path.append(Finder()); import virtual; print(virtual.hello, virtual.__spec__.name)
import types; sys.modules["fake"] = types.ModuleType("fake", "doc"); import fake; print(fake, fake.__doc__, __import__("os.path").__name__, __import__("os.path", fromlist=["join"]).__name__ in ("posixpath",))
sys.modules["none"] = None
try: import none
except ImportError as e: print(e)
print(__name__, __spec__, __builtins__.__name__, __file__.endswith("imports.py"), repr(sys).split()[0], importlib.import_module("json").__name__)
import shutil; shutil.rmtree(root)
