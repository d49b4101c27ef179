# One instruction that meets more classes than it remembers, and later one class only.


def kind_of(item):
    return item.kind


def make(number):
    class Made:
        kind = number

        def ask(self):
            return number

    return Made


classes = [make(number) for number in range(12)]
total = 0
for turn in range(400):
    for made in classes:
        item = made()
        if turn % 3 == 0:
            item.kind = made.kind  # another shape
        total += kind_of(item) + item.ask()
print(total, 400 * 2 * sum(range(12)))  # expect: 52800 52800

# What it remembers is outdated by a change of the class.
last = classes[-1]()
print({kind_of(last) for turn in range(500)})  # expect: {11}
classes[-1].kind = "changed"
print({kind_of(last) for turn in range(500)})  # expect: {'changed'}
