# command: mkdir "$tmp/lib"; echo 'print("found")' > "$tmp/lib/mymod.py"; PYTHONPATH="$tmp/lib" "$weft" -c 'import mymod'; PYTHONPATH="$tmp/lib" "$weft" -E -c 'import mymod' 2>/dev/null; echo $?
# expect: found
# expect: 1
