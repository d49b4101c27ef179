# A set that several threads change in all ways at once.
from _hammer import hammer

members = set(range(50))

def action(random):
    key = random.choice([random.randrange(200), str(random.randrange(100)), (random.randrange(20),)])
    match random.randrange(12):
        case 0: members.add(key)
        case 1: members.discard(key)
        case 2: members.pop()
        case 3: key in members
        case 4:
            for member in members:
                assert type(member) in (int, str, tuple)
        case 5: members | {1, 2}; members & {1, 2, 3}; members - {1}; members ^ {5}
        case 6: members.update([key, "a", 1])
        case 7: list(members); members.copy(); members == {1}
        case 8: members.intersection_update(set(range(0, 200, 2)) | {"1", "2"})
        case 9: members.difference_update([key]); members.symmetric_difference_update([1, 2])
        case 10: repr(members); hash(frozenset(members))
        case 11:
            if random.random() < 0.01:
                members.clear()

hammer(action, (KeyError, RuntimeError))
print(len(members) == len(list(members)))   # expect: True
