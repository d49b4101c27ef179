# Threads that allocate, with collections in between, keep their data whole.
import gc, threading, weakref
class Node:
    def __init__(self, n, next): self.n, self.next = n, next
def work(results):
    for turn in range(20):
        head = None
        for n in range(2_000):
            head = Node(n, head)
        total = 0
        while head:
            total += head.n
            head = head.next
        results.append(total)
results = []
threads = [threading.Thread(target=work, args=(results,)) for _ in range(3)]
for t in threads: t.start()
for _ in range(5): gc.collect()
for t in threads: t.join()
print(len(results), set(results))  # expect: 60 {1999000}
