# command: cd "$tmp" && mkdir p && echo 'print("init", __name__)' > p/__init__.py && echo 'import sys; print(__name__, __package__, len(sys.argv))' > p/__main__.py && "$weft" -m p x
# expect: init p
# expect: __main__ p 2
