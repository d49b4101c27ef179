# command: "$weft" -c 'print("x"); import sys; print(sys.stdout, file=sys.stderr)' >&-; echo $? >&2
# expect-stderr: None
# expect-stderr: 0
