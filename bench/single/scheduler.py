# A small operating system: tasks of several kinds with queues of packets, run by priority.
class Packet:
    def __init__(self, kind, payload):
        self.kind, self.payload = kind, payload

class Task:
    def __init__(self, system, name, priority):
        self.system, self.name, self.priority = system, name, priority
        self.queue, self.waiting, self.runs = [], False, 0
    def accept(self, packet):
        self.queue.append(packet)
        self.waiting = False
    def run(self):
        self.runs += 1
        if not self.queue:
            self.waiting = True
            return
        self.handle(self.queue.pop(0))
    def handle(self, packet):
        raise NotImplementedError

class Worker(Task):
    def handle(self, packet):
        packet.payload = (packet.payload * 7 + 3) % 1009
        self.system.send("handler", packet)

class Handler(Task):
    def handle(self, packet):
        self.system.send("device" if packet.payload % 3 else "worker", packet)

class Device(Task):
    held = None
    def handle(self, packet):
        if self.held is not None:
            self.system.done += 1
            self.system.send("worker", self.held)
        self.held = packet

class System:
    def __init__(self):
        self.done = 0
        self.tasks = {"worker": Worker(self, "worker", 3), "handler": Handler(self, "handler", 2),
                      "device": Device(self, "device", 1)}
    def send(self, name, packet):
        self.tasks[name].accept(packet)
    def run(self, turns):
        tasks = sorted(self.tasks.values(), key=lambda task: -task.priority)
        for _ in range(turns):
            for task in tasks:
                if not task.waiting:
                    task.run()

system = System()
for n in range(10):
    system.send("worker", Packet("work", n))
system.run(50_000)
assert sum(task.runs for task in system.tasks.values()) >= 100_000 and system.done > 10_000
assert sum(len(task.queue) for task in system.tasks.values()) + (system.tasks["device"].held is not None) == 10
