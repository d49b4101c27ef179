# An OrderedDict whose ends several threads move and take at once.
from collections import OrderedDict
from _hammer import hammer

table = OrderedDict()

def action(random):
    key = random.randrange(60)
    match random.randrange(7):
        case 0 | 6: table[key] = key
        case 1: table.move_to_end(key, random.random() < 0.5)
        case 2:
            key, value = table.popitem(random.random() < 0.5)
            assert key == value
        case 3:
            for key, value in list(table.items()):
                assert key == value
        case 4: table.pop(key)
        case 5: table == OrderedDict(table)

hammer(action, (KeyError, RuntimeError))
print(len(table) == len(list(table)) <= 60)   # expect: True
