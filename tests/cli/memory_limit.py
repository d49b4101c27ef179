# Memory used up is a MemoryError, or one line and exit code 1.
# needs: plain
# command: ulimit -v 600000; "$weft" -c 'x = []
# command: try:
# command:     while True: x.append(" " * 1000000)
# command: except MemoryError:
# command:     x = None
# command:     print("MemoryError")'
# expect: MemoryError
