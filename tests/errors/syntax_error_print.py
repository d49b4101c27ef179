# command: printf 'x = 1\nif x == 1 print(x)\n' > "$tmp/bad.py"; cd "$tmp"; "$weft" bad.py 2>&1 | sed 's|File ".*/bad.py"|File "bad.py"|'
# expect:   File "bad.py", line 2
# expect:     if x == 1 print(x)
# expect:               ^^^^^
# expect: SyntaxError: invalid syntax
