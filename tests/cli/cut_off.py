# command: for t in "'abc" '"""abc' 'f(1,' 'x = 0x' 'f"{' '\' 'a = "\'; do printf '%s' "$t" > "$tmp/cut.py"; "$weft" "$tmp/cut.py" 2>"$tmp/e"; echo $? "$(tail -n 1 "$tmp/e")"; done
# expect: 1 SyntaxError: unterminated string literal (detected at line 1)
# expect: 1 SyntaxError: unterminated triple-quoted string literal (detected at line 1)
# expect: 1 SyntaxError: '(' was never closed
# expect: 1 SyntaxError: invalid hexadecimal literal
# expect: 1 SyntaxError: unterminated string literal (detected at line 1)
# expect: 1 SyntaxError: unexpected EOF while parsing
# expect: 1 SyntaxError: unterminated string literal (detected at line 1)
