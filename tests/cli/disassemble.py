# -X dis prints the code instead of running it.
# command: echo 'print("not run")' > "$tmp/p.py"; "$weft" -X dis "$tmp/p.py" > "$tmp/out"; echo $?; grep -c 'not run' "$tmp/out" | sed 's/[1-9][0-9]*/some/'; grep -q LOAD_CONST "$tmp/out" && echo instructions
# expect: 0
# expect: some
# expect: instructions
