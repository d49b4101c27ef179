# Making and comparing many small objects.
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)
    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

v, one = Vector(0, 0), Vector(1, 2)
for i in range(250_000):
    v = v + one
    assert v != one or i == 0
assert v == Vector(250_000, 500_000)
