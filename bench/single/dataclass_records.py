# Records: dataclasses made, compared, sorted, replaced, hashed; named tuples; __getattr__ and properties.
from collections import namedtuple
from dataclasses import dataclass, field, replace

@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    tags: tuple = field(default=(), compare=False)

@dataclass
class Account:
    name: str
    balance: float = 0.0
    log: list = field(default_factory=list)
    def pay(self, amount):
        self.balance += amount
        self.log.append(amount)
    @property
    def rich(self):
        return self.balance > 1_000

class Proxy:
    def __init__(self, target):
        self.target = target
    def __getattr__(self, name):
        return getattr(self.target, name)

Point = namedtuple("Point", "x y")
versions = sorted(Version(i % 7, i % 11, (i,)) for i in range(6_000))
assert versions[0] == Version(0) and len(set(versions)) == 77 and replace(versions[5], major=9).major == 9
account = Account("a")
proxy = Proxy(account)
for i in range(20_000):
    proxy.pay(1.5)
assert proxy.balance == 30_000 and proxy.rich and len(account.log) == 20_000
points = [Point(i, -i) for i in range(20_000)]
assert sum(p.x + p.y for p in points) == 0 and points[3]._replace(y=5) == (3, 5)
