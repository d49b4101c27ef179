# command: for c in 'import sys; sys.exit(3)' 'raise SystemExit' 'raise SystemExit(None)' 'import os; os._exit(9)' 'raise ValueError' 'import sys; sys.exit("text")' 'exit(4)' 'import sys; sys.exit(-1)'; do "$weft" -c "$c" 2>/dev/null; echo $?; done
# expect: 3
# expect: 0
# expect: 0
# expect: 9
# expect: 1
# expect: 1
# expect: 4
# expect: 255
