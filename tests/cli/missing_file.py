# command: "$weft" nope.py 2>"$tmp/e"; echo $?; sed "s|^.*: can't|can't|; s|'/[^']*/nope|'nope|" "$tmp/e"
# expect: 2
# expect: can't open file 'nope.py': [Errno 2] No such file or directory
