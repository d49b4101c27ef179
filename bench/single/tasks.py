# A scheduler of generators in the manner of asyncio: tasks, sleeping, channels; and real coroutines by hand.
import heapq
from collections import deque

class Loop:
    def __init__(self):
        self.ready, self.sleeping, self.time, self.serial = deque(), [], 0, 0
    def spawn(self, task):
        self.ready.append((task, None))
    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.time, _serial, task = heapq.heappop(self.sleeping)
                self.ready.append((task, None))
            task, value = self.ready.popleft()
            try:
                request = task.send(value)
            except StopIteration:
                continue
            if isinstance(request, int):
                self.serial += 1
                heapq.heappush(self.sleeping, (self.time + request, self.serial, task))
            else:
                request(self, task)

class Channel:
    def __init__(self):
        self.items, self.readers = deque(), deque()
    def put(self, item):
        def act(loop, task):
            if self.readers:
                loop.ready.append((self.readers.popleft(), item))
            else:
                self.items.append(item)
            loop.ready.append((task, None))
        return act
    def get(self):
        def act(loop, task):
            if self.items:
                loop.ready.append((task, self.items.popleft()))
            else:
                self.readers.append(task)
        return act

def producer(channel, count):
    for i in range(count):
        yield channel.put(i)
        if i % 50 == 0:
            yield 3
    yield channel.put(None)

def consumer(channel, result):
    while (item := (yield channel.get())) is not None:
        result.append(item)

class Step:
    def __await__(self):
        yield 1

async def nested(depth):
    if depth:
        await nested(depth - 1)
    await Step()
    return depth

loop, results = Loop(), [[] for _ in range(8)]
for result in results:
    channel = Channel()
    loop.spawn(producer(channel, 6_000))
    loop.spawn(consumer(channel, result))
for _ in range(300):
    loop.spawn(nested(10))
loop.run()
assert all(result == list(range(6_000)) for result in results)
