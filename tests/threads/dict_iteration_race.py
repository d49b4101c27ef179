# Iterating over a dictionary that grows raises RuntimeError, or nothing; it does not crash.
import threading
d = dict.fromkeys(range(100))
done = threading.Event()
def grow():
    for i in range(30_000):
        d[i] = i
        if i % 100 == 50:
            d.pop(i - 50, None)
    done.set()
t = threading.Thread(target=grow)
t.start()
rounds = 0
while not done.is_set() or rounds == 0:
    try:
        for k in d:
            pass
    except RuntimeError as error:
        assert "during iteration" in str(error), error
    rounds += 1
t.join()
print("fine")  # expect: fine
