# A deque that several threads change in all ways at once.
from collections import deque
from _hammer import hammer

queue = deque(range(30))

def action(random):
    match random.randrange(12):
        case 0: queue.append(1)
        case 1: queue.appendleft(2)
        case 2: assert type(queue.pop()) is int
        case 3: assert type(queue.popleft()) is int
        case 4: queue.rotate(random.randrange(-5, 5))
        case 5:
            for item in queue:
                assert type(item) is int
        case 6: queue.extend([1, 2, 3])
        case 7: assert type(queue[random.randrange(-10, 10)]) is int
        case 8: queue.insert(3, 4); del queue[2]
        case 9: queue.remove(2)
        case 10: repr(queue); queue == queue; queue.copy()
        case 11:
            if len(queue) > 300:
                queue.clear()
            queue.reverse()

hammer(action, (IndexError, RuntimeError, ValueError))
print(len(queue) == len(list(queue)))   # expect: True
