# Daemon threads do not hold up the end, whatever they are doing.
import threading, time
def spin():
    d = {}
    while True:
        d[len(d) % 1000] = [1] * 10
def wait():
    threading.Event().wait()
for f in (spin, spin, wait):
    threading.Thread(target=f, daemon=True).start()
time.sleep(0.05)
print("end")  # expect: end
