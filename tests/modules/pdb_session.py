# The debugger, driven through its commands.
# command: $weft -m pdb _debugged.py | sed "s|$PWD/||"
# command: echo
# stdin: break total
# stdin: continue
# stdin: args
# stdin: next
# stdin: next
# stdin: p result
# stdin: !result = 10
# stdin: next
# stdin: return
# stdin: next
# stdin: jump 12
# stdin: next
# stdin: quit
# expect: > _debugged.py(2)<module>()
# expect: -> def total(numbers):
# expect: (Pdb) Breakpoint 1 at _debugged.py:2
# expect: (Pdb) > _debugged.py(3)total()
# expect: -> result = 0
# expect: (Pdb) numbers = [1, 2]
# expect: (Pdb) > _debugged.py(4)total()
# expect: -> for n in numbers:
# expect: (Pdb) > _debugged.py(5)total()
# expect: -> result += n
# expect: (Pdb) 0
# expect: (Pdb) (Pdb) > _debugged.py(4)total()
# expect: -> for n in numbers:
# expect: (Pdb) --Return--
# expect: > _debugged.py(6)total()->13
# expect: -> return result
# expect: (Pdb) > _debugged.py(10)<module>()
# expect: -> b = a + 1
# expect: (Pdb) > _debugged.py(12)<module>()
# expect: -> print("big")
# expect: (Pdb) big
# expect: > _debugged.py(13)<module>()
# expect: -> print(a, b)
# expect: (Pdb) 
