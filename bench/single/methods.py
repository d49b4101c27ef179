# Method calls, inheritance, super().
class Base:
    def __init__(self):
        self.n = 0
    def step(self, by):
        self.n += by
        return self

class Derived(Base):
    def step(self, by):
        return super().step(by + 1)
    @classmethod
    def make(cls):
        return cls()
    @staticmethod
    def one():
        return 1

b, d = Base(), Derived.make()
for i in range(200_000):
    b.step(i).step(1)
    d.step(d.one())
assert b.n == 200_000 * 199_999 // 2 + 200_000 and d.n == 400_000
