# A list that its own comparisons change is found out; so is one that is put back as it was.
class Meddler:
    def __init__(self, action): self.action = action
    def __lt__(self, other):
        self.action()
        return False

for action in ("items.append(1)", "items.clear()", "items.append(1); items.clear()", "items.sort()"):
    items = []
    items.extend(Meddler(lambda: exec(action)) for _ in range(3))
    try:
        items.sort()
        print(action, "unnoticed", len(items))
    except ValueError as error:
        print(action, "->", error, len(items))
# expect: items.append(1) -> list modified during sort 3
# expect: items.clear() unnoticed 3
# expect: items.append(1); items.clear() -> list modified during sort 3
# expect: items.sort() unnoticed 3
items = [3, 1, 2]
try:
    items.sort(key=lambda item: items[0])
except IndexError as error:
    print(error, items)     # expect: list index out of range [3, 1, 2]
