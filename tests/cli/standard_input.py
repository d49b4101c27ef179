# args:
# stdin: x = 6
# stdin: print(x * 7)
# expect: 42
