# What ** gives: each key once, whatever the mapping says; and keys are text.
class Pairs:
    def __init__(self, *pairs):
        self.pairs = pairs

    def keys(self):
        return [key for key, _ in self.pairs]

    def __getitem__(self, wanted):
        return dict(self.pairs)[wanted]


class Chosen(dict):
    def keys(self):
        return ["b"]

    def __iter__(self):
        return iter(["b"])


def show(**keywords):
    print(keywords)


def attempt(function):
    try:
        function()
    except TypeError as error:
        print(error)


show(**Pairs(("x", 1), ("y", 2)))  # expect: {'x': 1, 'y': 2}
show(**Chosen(a=1, b=2))           # expect: {'b': 2}
attempt(lambda: show(**Pairs(("x", 1), ("x", 2))))
# expect: __main__.show() got multiple values for keyword argument 'x'
attempt(lambda: show(a=3, **Pairs(("x", 1), ("x", 2))))
# expect: __main__.show() got multiple values for keyword argument 'x'
attempt(lambda: show(**{1: 2}, **{1: 3}))
# expect: __main__.show() got multiple values for keyword argument '1'
attempt(lambda: show(**{1: 2}))    # expect: keywords must be strings
attempt(lambda: print(**{1: 2}))   # expect: keywords must be strings
attempt(lambda: show(**3))
# expect: __main__.show() argument after ** must be a mapping, not int
