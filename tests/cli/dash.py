# args: - a
# stdin: import sys; print(sys.argv)
# expect: ['-', 'a']
