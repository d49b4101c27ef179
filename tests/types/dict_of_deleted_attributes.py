# An instance's __dict__ knows which attributes are gone when it becomes an ordinary dict.
class Point:
    pass
for kept in range(4):
    point = Point()
    point.x, point.y, point.z = 1, 2, 3
    for name in "xyz"[kept:]:
        delattr(point, name)
    attributes = point.__dict__
    try:
        print(attributes.popitem(), attributes)
    except KeyError as error:
        print(error)
# expect: 'popitem(): dictionary is empty'
# expect: ('x', 1) {}
# expect: ('y', 2) {'x': 1}
# expect: ('z', 3) {'x': 1, 'y': 2}
point = Point()
point.x, point.y = 1, 2
del point.x
point.__dict__.setdefault("z", 3)
print(point.__dict__, list(reversed(point.__dict__)))  # expect: {'y': 2, 'z': 3} ['z', 'y']
