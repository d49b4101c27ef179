# Attributes of instances: reads, writes, properties, slots, class attributes.
class Point:
    scale = 2
    def __init__(self, x, y):
        self.x = x
        self.y = y
    @property
    def double(self):
        return self.x * self.scale

class Slotted:
    __slots__ = ("v",)

p = Point(1, 2)
s = Slotted()
s.v = 0
for i in range(500_000):
    p.x += p.y
    s.v += p.double & 1
    p.y = i & 3
assert p.x == 750000 and s.v == 0, (p.x, s.v)
