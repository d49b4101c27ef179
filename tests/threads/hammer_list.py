# A list that several threads change in all ways at once stays a list: no crash, no item that nobody
# put in.
from _hammer import hammer

items = list(range(50))

def check(item):
    assert type(item) is int and 0 <= item < 1000, item

def action(random):
    match random.randrange(14):
        case 0: items.append(random.randrange(1000))
        case 1: check(items.pop())
        case 2: check(items[random.randrange(-60, 60)])
        case 3: items[random.randrange(-50, 50)] = random.randrange(1000)
        case 4: items.insert(random.randrange(-60, 60), 5)
        case 5: del items[random.randrange(50)]
        case 6: items[3:10] = [1, 2, 3]
        case 7: items.extend([1, 2, 3, 4])
        case 8:
            for item in items:
                check(item)
        case 9: items.sort(reverse=random.random() < 0.5)
        case 10: items.reverse(); items + items; items * 2
        case 11: repr(items); items == items[:]; 5 in items; items.count(5)
        case 12: del items[::2]
        case 13:
            if len(items) > 200:
                items.clear()
            items.extend(range(10))

hammer(action, (IndexError, ValueError))
for item in items:
    check(item)
print(len(items) == len(list(items)))   # expect: True
