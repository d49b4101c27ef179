# command: printf 'x = "\377"\n' > "$tmp/bad.py"; "$weft" "$tmp/bad.py" 2>"$tmp/e"; echo $?; tail -n 1 "$tmp/e" | sed "s|in file /.*/bad|in file bad|"
# expect: 1
# expect: SyntaxError: Non-UTF-8 code starting with '\xff' in file bad.py on line 1, but no encoding declared; see https://peps.python.org/pep-0263/ for details
