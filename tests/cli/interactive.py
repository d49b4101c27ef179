# args: -i -q
# stdin: x = 20
# stdin: x + 1
# stdin: _ * 2
# stdin: def f():
# stdin:     return "multi"
# stdin: 
# stdin: f()
# stdin: 1 / 0
# stdin: "after"
# expect: 21
# expect: 42
# expect: 'multi'
# expect: 'after'
# stderr: any
