# python -m trace: counts of lines, functions called, lines as they run.
# command: $weft -m trace --count -C $tmp _debugged.py
# command: sed -n "2,9s/ *$//p" $tmp/_debugged.cover
# command: $weft -m trace --listfuncs _debugged.py | grep 'funcname: total' | sed 's/.*, mod/mod/'
# command: $weft -m trace --trace _debugged.py
# expect: 3 4
# expect:     1: def total(numbers):
# expect:     1:     result = 0
# expect:     3:     for n in numbers:
# expect:     2:         result += n
# expect:     1:     return result
# expect:
# expect:
# expect:     1: a = total([1, 2])
# expect: modulename: _debugged, funcname: total
# expect:  --- modulename: _debugged, funcname: <module>
# expect: _debugged.py(2): def total(numbers):
# expect: _debugged.py(9): a = total([1, 2])
# expect:  --- modulename: _debugged, funcname: total
# expect: _debugged.py(3):     result = 0
# expect: _debugged.py(4):     for n in numbers:
# expect: _debugged.py(5):         result += n
# expect: _debugged.py(4):     for n in numbers:
# expect: _debugged.py(5):         result += n
# expect: _debugged.py(4):     for n in numbers:
# expect: _debugged.py(6):     return result
# expect: _debugged.py(10): b = a + 1
# expect: _debugged.py(11): if b > 100:
# expect: _debugged.py(13): print(a, b)
# expect: 3 4
