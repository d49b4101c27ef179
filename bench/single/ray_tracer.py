# Rays through a small picture of spheres on a floor: vectors as objects with operators.
from math import sqrt

class Vector:
    __slots__ = ("x", "y", "z")
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)
    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)
    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)
    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z
    def unit(self):
        return self * (1 / sqrt(self.dot(self)))

class Sphere:
    def __init__(self, centre, radius, shade):
        self.centre, self.radius, self.shade = centre, radius, shade
    def hit(self, origin, direction):
        to = self.centre - origin
        along = to.dot(direction)
        rest = self.radius ** 2 - (to.dot(to) - along * along)
        if rest < 0:
            return None
        distance = along - sqrt(rest)
        return distance if distance > 1e-6 else None
    def normal(self, point):
        return (point - self.centre).unit()

class Floor:
    shade = 0.5
    def hit(self, origin, direction):
        if direction.y >= 0:
            return None
        return -origin.y / direction.y
    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

LIGHT = Vector(5.0, 8.0, -4.0)

def trace(origin, direction, things, depth):
    nearest = min(((d, i) for i, thing in enumerate(things) if (d := thing.hit(origin, direction)) is not None),
                  default=None)
    if nearest is None:
        return 0.1
    distance, index = nearest
    thing = things[index]
    point = origin + direction * distance
    normal = thing.normal(point)
    to_light = (LIGHT - point).unit()
    shadowed = any(other.hit(point, to_light) is not None for other in things if other is not thing)
    shade = 0.0 if shadowed else max(0.0, normal.dot(to_light)) * thing.shade
    if depth:
        mirrored = direction - normal * (2 * direction.dot(normal))
        shade += 0.3 * trace(point + mirrored * 1e-4, mirrored, things, depth - 1)
    return shade

things = [Sphere(Vector(x, 1.0, 6.0 + x), 1.0, 0.9) for x in (-2.5, 0.0, 2.5)] + [Floor()]
eye = Vector(0.0, 1.5, -4.0)
picture = [[trace(eye, Vector((c - 48) / 48, (27 - r) / 48, 1.5).unit(), things, 2) for c in range(96)] for r in range(54)]
total = sum(map(sum, picture))
assert 300 < total < 4000 and all(0 <= shade < 2 for row in picture for shade in row), total
