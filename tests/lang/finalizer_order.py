# Of objects that die together, an owner's finalizer runs before those of what it owns, whatever was made first.
import gc

class Owner:
    def __init__(self, name, *owned):
        self.name = name
        self.owned = owned
    def __del__(self):
        print(self.name, [thing.name for thing in self.owned if thing is not self])

def together():
    leaf = Owner("leaf")
    middle = Owner("middle", leaf)
    top = Owner("top", middle, leaf)
    top.circle = top            # so that only a collection frees it
    for name in "one", "two":   # these have nothing to do with each other
        alone = Owner(name)
        alone.circle = alone
together()
gc.collect()
# expect: top ['middle', 'leaf']
# expect: middle ['leaf']
# expect: leaf []
# expect: one []
# expect: two []

# A long chain needs no C stack.
class Link:
    seen = []
    def __init__(self, number, next):
        self.number = number
        self.next = next
    def __del__(self):
        Link.seen.append(self.number)
chain = None
for number in range(100000):
    chain = Link(number, chain)
del chain
gc.collect()
print(Link.seen == list(range(99999, -1, -1)))      # expect: True
