# A dict that several threads change in all ways at once: no crash, no torn entry, a right length.
from _hammer import hammer

table = {number: number for number in range(50)}

def action(random):
    key = random.choice([random.randrange(200), str(random.randrange(100)), (random.randrange(20),)])
    match random.randrange(16):
        case 0 | 14 | 15: table[key] = key
        case 1: assert table.pop(key) == key
        case 2: assert table.get(key, key) == key
        case 3: assert table.setdefault(key, key) == key
        case 4:
            key, value = table.popitem()
            assert key == value
        case 5: table.update({key: key, "a": "a", "b": "b"})
        case 6:
            for key, value in table.items():
                assert key == value, (key, value)
        case 7:
            for key, value in list(table.items()) + list(table.copy().items()):
                assert key == value, (key, value)
        case 8: del table[key]
        case 9:
            if random.random() < 0.01:
                table.clear()
        case 10: repr(table); table == dict(table)
        case 11: next(iter(table), None); next(reversed(table), None)
        case 12: table | {"x": "x"}; table.keys() & {"a"}
        case 13: key in table

hammer(action, (KeyError, RuntimeError))
print(len(table) == len(list(table)))                               # expect: True
print(all(key == value for key, value in table.items()))            # expect: True
