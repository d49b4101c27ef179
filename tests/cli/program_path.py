# The program's __file__ is absolute, sys.argv[0] is as given; zero bytes are told after bytes that are not UTF-8.
# command: cd $tmp && echo 'import os, sys; print(__file__ == os.path.abspath("p.py"), sys.argv[0])' > p.py && $weft p.py
# command: printf '1\0\n' > $tmp/zero.py; $weft $tmp/zero.py 2>&1 | tail -1
# command: printf '1\0\n#\375\n' > $tmp/both.py; $weft $tmp/both.py 2>&1 | cut -c1-47
# expect: True p.py
# expect: SyntaxError: source code cannot contain null bytes
# expect: SyntaxError: Non-UTF-8 code starting with '\xfd
