# An uncaught KeyboardInterrupt is death by SIGINT.
# command: "$weft" -c 'import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(5)' 2>"$tmp/e"; echo $?; tail -n 1 "$tmp/e"
# expect: 130
# expect: KeyboardInterrupt
