# command: awk 'BEGIN { for (i = 0; i < 100000; i++) printf "(" }' > "$tmp/deep.py"; "$weft" "$tmp/deep.py" 2>"$tmp/e"; echo $?; tail -n 1 "$tmp/e"
# expect: 1
# expect: SyntaxError: too many nested parentheses
