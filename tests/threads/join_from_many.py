# Many threads may join one.
import threading, time
for round in range(50):
    end = threading.Event()
    target = threading.Thread(target=end.wait)
    target.start()
    joiners = [threading.Thread(target=target.join) for _ in range(6)]
    for t in joiners: t.start()
    end.set()
    for t in joiners: t.join()
    assert not target.is_alive()
print("joined")    # expect: joined
