# Tracebacks at a crash, at a signal, after a time, of all threads; what enables them.
# needs: plain
import os
import re
import signal
import subprocess
import sys
import tempfile


def run(source, *options, **environment):
    process = subprocess.run([sys.executable, *options, "-c", source], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment})
    text = re.sub(r"0x[0-9a-f]{16}", "0x", process.stdout)
    text = re.sub(r'File "[^"]*/threading.py", line \d+', 'File "threading.py", line N', text)
    print(text, end="")
    print("status", process.returncode)


THREADS = """
import faulthandler, os, signal, sys, threading, time
ready = threading.Event()
def spin():
    ready.set()
    while True: list()
threading.Thread(target=spin, daemon=True).start()
ready.wait()
time.sleep(0.05)
"""

run(THREADS + "faulthandler.enable()\nos.kill(os.getpid(), signal.SIGSEGV)")
# expect: Fatal Python error: Segmentation fault
# expect: 
# expect: Thread 0x (most recent call first):
# expect:   File "<string>", line 6 in spin
# expect:   File "threading.py", line N in run
# expect:   File "threading.py", line N in _bootstrap_inner
# expect:   File "threading.py", line N in _bootstrap
# expect: 
# expect: Current thread 0x (most recent call first):
# expect:   File "<string>", line 11 in <module>
# expect: status -11

for name, number in ("Aborted", "SIGABRT"), ("Bus error", "SIGBUS"), ("Illegal instruction", "SIGILL"), (
        "Floating point exception", "SIGFPE"):
    run(f"import faulthandler, os, signal\nfaulthandler.enable(all_threads=False)\n"
        f"def f():\n    os.kill(os.getpid(), signal.{number})\nf()")
# expect: Fatal Python error: Aborted
# expect: 
# expect: Stack (most recent call first):
# expect:   File "<string>", line 4 in f
# expect:   File "<string>", line 5 in <module>
# expect: status -6
# expect: Fatal Python error: Bus error
# expect: 
# expect: Stack (most recent call first):
# expect:   File "<string>", line 4 in f
# expect:   File "<string>", line 5 in <module>
# expect: status -7
# expect: Fatal Python error: Illegal instruction
# expect: 
# expect: Stack (most recent call first):
# expect:   File "<string>", line 4 in f
# expect:   File "<string>", line 5 in <module>
# expect: status -4
# expect: Fatal Python error: Floating point exception
# expect: 
# expect: Stack (most recent call first):
# expect:   File "<string>", line 4 in f
# expect:   File "<string>", line 5 in <module>
# expect: status -8

# At a signal of one's choice, as often as it comes; chain goes on to what was there before.
run("""
import faulthandler, os, signal, sys
signal.signal(signal.SIGUSR1, lambda *a: print("handler", flush=True))
faulthandler.register(signal.SIGUSR1, sys.stdout, all_threads=False, chain=True)
os.kill(os.getpid(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR1)
print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1), flush=True)
os.kill(os.getpid(), signal.SIGUSR1)
""")
# expect: Stack (most recent call first):
# expect:   File "<string>", line 5 in <module>
# expect: handler
# expect: Stack (most recent call first):
# expect:   File "<string>", line 6 in <module>
# expect: handler
# expect: True False
# expect: handler
# expect: status 0

# After a time: of threads that never come to rest, and then the end.
run(THREADS + "faulthandler.dump_traceback_later(0.2, exit=True, file=sys.stdout)\nwhile True: list()")
# expect: Timeout (0:00:00.200000)!
# expect: Thread 0x (most recent call first):
# expect:   File "<string>", line 6 in spin
# expect:   File "threading.py", line N in run
# expect:   File "threading.py", line N in _bootstrap_inner
# expect:   File "threading.py", line N in _bootstrap
# expect: 
# expect: Thread 0x (most recent call first):
# expect:   File "<string>", line 11 in <module>
# expect: status 1
run("""
import faulthandler, sys, time
faulthandler.dump_traceback_later(0.3, file=sys.stdout)
faulthandler.cancel_dump_traceback_later()
time.sleep(0.5)
""")
# expect: status 0

# What enables it from outside.
for options, environment in ((), {}), (("-X", "faulthandler"), {}), (("-X", "dev"), {}), ((), {"PYTHONFAULTHANDLER": "1"}), (
        ("-E",), {"PYTHONFAULTHANDLER": "1"}):
    run("import faulthandler; print(faulthandler.is_enabled())", *options, **environment)
# expect: False
# expect: status 0
# expect: True
# expect: status 0
# expect: True
# expect: status 0
# expect: True
# expect: status 0
# expect: False
# expect: status 0
