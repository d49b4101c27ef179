# What a program that ends by an exception leaves on stderr: run as scripts, in processes of their own.
import os
import re
import subprocess
import sys
import tempfile

programs = {
    "deep": "def f(n):\n    if n == 0: 1/0\n    f(n - 1)\nf(10)\n",
    "chain": "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('x') from e\n",
    "group": "raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [TypeError(2)])])\n",
    "loop": "def g():\n    yield 1\n    raise ValueError('g')\nfor x in g(): pass\n",
    "with": "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): raise TypeError\n"
            "with C():\n    raise ValueError\n",
    "syntax": "x = 1\nif x\n    y\n",
    "indent": "def f():\n    return 1\n   x = 2\n",
    "name": "class Foo:\n    def __init__(self): self.blech = 1\nFoo().bleck\n",
    "import": "from os import nonexistent_name\n",
    "exec": "exec('1/0')\n",
    "hook": "import sys\ndef hook(*a): raise TypeError('in hook')\nsys.excepthook = hook\nraise ValueError\n",
    "no hook": "import sys\ndel sys.excepthook\nraise ValueError('x')\n",
    "exit": "import sys\nsys.exit((1, 2))\n",
    "interrupt": "raise KeyboardInterrupt\n",
    "finalizer": "import gc\nclass A:\n    def __del__(self): 1/0\na = A()\ndel a\ngc.collect()\n",
    "atexit": "import atexit\n@atexit.register\ndef f(): 1/0\n",
    "thread": "import threading\ndef run(): raise ValueError('t')\n"
             "t = threading.Thread(target=run, name='T')\nt.start()\nt.join()\n",
    "warning": "import warnings\nwarnings.warn('plain')\nx = 1\nassert (x, 'x')\n",
    "latin": "# coding: latin-1\ns = '\xe4'; 1/0\n",
    "no stderr": "import sys\nsys.stderr = None\n1/0\n",
}
with tempfile.TemporaryDirectory() as folder:
    for name, source in programs.items():
        path = os.path.join(folder, "program.py")
        with open(path, "w", encoding="latin-1") as file:
            file.write(source)
        run = subprocess.run([sys.executable, path], capture_output=True)
        text = run.stderr.decode("utf-8", "backslashreplace").replace(folder, "FOLDER")
        print("---", name, run.returncode)
        print(re.sub("0x[0-9a-f]+", "0x...", text))
