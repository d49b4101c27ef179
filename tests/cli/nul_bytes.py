# command: printf 'x = 1\0\n' > "$tmp/bad.py"; "$weft" "$tmp/bad.py" 2>"$tmp/e"; echo $?; tail -n 1 "$tmp/e"
# expect: 1
# expect: SyntaxError: source code cannot contain null bytes
