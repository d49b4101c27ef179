# The shortest ways through a grid, with heapq and with a heap written out.
import heapq

class Heap:
    def __init__(self):
        self.items = []
    def push(self, item):
        items, i = self.items, len(self.items)
        items.append(item)
        while i and items[(i - 1) // 2] > item:
            items[i] = items[(i - 1) // 2]
            i = (i - 1) // 2
        items[i] = item
    def pop(self):
        items = self.items
        top, last = items[0], items.pop()
        if items:
            i, n = 0, len(items)
            while (child := 2 * i + 1) < n:
                if child + 1 < n and items[child + 1] < items[child]:
                    child += 1
                if items[child] >= last:
                    break
                items[i] = items[child]
                i = child
            items[i] = last
        return top

def shortest(size, push, pop, heap):
    cost = {(x, y): (x * 7 + y * 13) % 9 + 1 for x in range(size) for y in range(size)}
    best = {(0, 0): 0}
    push(heap, (0, (0, 0)))
    done = set()
    while len(done) < size * size:
        distance, place = pop(heap)
        if place in done:
            continue
        done.add(place)
        x, y = place
        for step in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if step in cost and distance + cost[step] < best.get(step, 1 << 30):
                best[step] = distance + cost[step]
                push(heap, (best[step], step))
    return best[size - 1, size - 1]

assert shortest(150, heapq.heappush, heapq.heappop, []) == shortest(150, Heap.push, Heap.pop, Heap())
