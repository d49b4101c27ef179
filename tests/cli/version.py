# args: -V
# expect: Python 3.11.2 (Weft 0.1.0)
