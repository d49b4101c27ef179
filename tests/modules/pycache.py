# Code of imported sources is kept in __pycache__, found again, and run by itself.
# command: cp pycache.py $tmp/one.py && cd $tmp && env -u PYTHONDONTWRITEBYTECODE $weft -c 'import one' && ls __pycache__ && printf 'print("newer")\n' > one.py && touch -d '2020-01-01' one.py && $weft -c 'import one' && $weft -m py_compile one.py && cp __pycache__/one.weft-311.pyc two.pyc && $weft two.pyc && $weft -c 'import os, two; print(two.__file__.removeprefix(os.getcwd()))' && printf 'print("other weft")\n' > one.py && $weft -c 'import os; p = "__pycache__/one.weft-311.pyc"; b = bytearray(open(p, "rb").read()); b[27] ^= 1; open(p, "wb").write(b); os.utime("one.py", (int.from_bytes(b[8:12], "little"),) * 2); b[12] = 20; open(p, "wb").write(b)' && $weft -c 'import one'
print(__name__)
# expect: one
# expect: one.weft-311.pyc
# expect: newer
# expect: newer
# expect: newer
# expect: /two.pyc
# expect: other weft
