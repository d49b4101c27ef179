# command: "$weft" -c 'print("x")' > /dev/full; echo $? >&2
# stderr: any
# expect-stderr: Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>
# expect-stderr: OSError: [Errno 28] No space left on device
# expect-stderr: 120
