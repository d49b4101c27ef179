# Frames of other threads are looked at while those run, call, return and end.
# timeout: 60
import gc, sys, threading, traceback
stop = threading.Event()
def deeper(n, word):
    local = [n]
    return n and deeper(n - 1, word) + len(local)
def generate(n):
    yield deeper(n, "a")
    yield from (generate(n - 1) if n else ())
def work():
    while not stop.is_set():
        for depth in generate(5):
            deeper(depth % 30, "word")
def short_lived():
    while not stop.is_set():
        threading.Thread(target=deeper, args=(20, "b")).start()
threads = [threading.Thread(target=work), threading.Thread(target=work), threading.Thread(target=short_lived)]
for thread in threads:
    thread.start()
kept = []
def look(count):
    for i in range(count):
        for frame in list(sys._current_frames().values()):
            kept.append(frame)
            while frame:
                frame.f_lineno, frame.f_lasti, repr(frame)
                if frame.f_code is deeper.__code__:
                    assert set(frame.f_locals) <= {"n", "word", "local"}
                frame = frame.f_back
        for frame in kept[-20:]:
            traceback.extract_stack(frame, 5)
lookers = [threading.Thread(target=look, args=(60,)) for _ in range(2)]
for thread in lookers:
    thread.start()
for thread in lookers:
    thread.join()
stop.set()
for thread in threads:
    thread.join()
# Both surveys were at work at a time; garbage is collected all the same.
print(gc.isenabled())   # expect: True
for frame in kept:
    try:
        frame.clear()
    except RuntimeError:
        pass
print("looked")         # expect: looked
