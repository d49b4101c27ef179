# breakpoint() stops in the debugger; PYTHONBREAKPOINT names another function, or none.
# command: $weft _breakpoint.py | sed "s|$PWD/||"
# command: PYTHONBREAKPOINT=0 $weft _breakpoint.py
# command: PYTHONBREAKPOINT=builtins.print $weft -c 'breakpoint("printed")'
# stdin: p x
# stdin: !x = 6
# stdin: continue
# expect: > _breakpoint.py(5)f()
# expect: -> return x
# expect: (Pdb) 5
# expect: (Pdb) (Pdb) went on 6
# expect: went on 5
# expect: printed
