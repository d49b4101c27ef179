# Pi by throwing darts, with a random number generator of its own (Park and Miller, 1988).
class Generator:
    def __init__(self, seed):
        self.state = seed
    def next(self):
        self.state = self.state * 16807 % 2147483647
        return self.state / 2147483647

def throw(darts, generator):
    inside = 0
    for _ in range(darts):
        x, y = generator.next(), generator.next()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / darts

assert abs(throw(250_000, Generator(7)) - 3.14159) < 0.01
