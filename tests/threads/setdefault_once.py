# dict.setdefault gives all threads the same object.
import threading
for turn in range(50):
    d, seen = {}, []
    barrier = threading.Barrier(4)
    def work():
        barrier.wait()
        for key in range(50):
            seen.append((key, id(d.setdefault(key, object()))))
    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads: t.start()
    for t in threads: t.join()
    assert len(set(seen)) == 50, len(set(seen))
print("fine")  # expect: fine
