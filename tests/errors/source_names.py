# The names that compile() and symtable() take for a source: text, bytes, paths; other buffers with a warning.
import pathlib
import symtable
import warnings

warnings.simplefilter("error")
for name in "file.py", b"file.py", pathlib.Path("file.py"):
    print(compile("pass", name, "exec").co_filename)
# expect: file.py
# expect: file.py
# expect: file.py
for compiler in compile, symtable.symtable:
    for name in memoryview(b"file.py"), ["file.py"]:
        try:
            compiler("pass", name, "exec")
        except (DeprecationWarning, TypeError) as problem:
            print(type(problem).__name__, problem)
# expect: DeprecationWarning path should be string, bytes, or os.PathLike, not memoryview
# expect: TypeError expected str, bytes or os.PathLike object, not list
# expect: DeprecationWarning path should be string, bytes, or os.PathLike, not memoryview
# expect: TypeError expected str, bytes or os.PathLike object, not list
