# Views and iterators of OrderedDict are types of their own, which notice every change of the keys.
import collections
import sys

Ordered = collections.OrderedDict
od = Ordered(a=1, b=2)
print(od.keys(), od.values(), od.items())
# expect: odict_keys(['a', 'b']) odict_values([1, 2]) odict_items([('a', 1), ('b', 2)])
print(type(iter(od)).__name__, list(reversed(od.items())), od.keys() & {"b"}, od.keys() == {"a", "b"})
# expect: odict_iterator [('b', 2), ('a', 1)] {'b'} True
print(isinstance(od.keys(), type({}.keys())), list(iter(od.items()).__reduce__()[1][0]), sys.getsizeof(od) > sys.getsizeof({}))
# expect: True [('a', 1), ('b', 2)] True


def after(change):
    """What an iterator says when the dict changed after its first item."""
    od = Ordered(a=1, b=2)
    iterator = iter(od.items())
    next(iterator)
    change(od)
    try:
        return list(iterator)
    except RuntimeError as e:
        return f"{e}; then {list(iterator)}"


print(after(lambda od: od.update(c=3)))     # expect: OrderedDict mutated during iteration; then []
print(after(lambda od: od.pop("a")))        # expect: OrderedDict mutated during iteration; then []
print(after(lambda od: od.move_to_end("a")))            # expect: OrderedDict mutated during iteration; then []
print(after(lambda od: od.move_to_end("b", last=False)))  # expect: OrderedDict mutated during iteration; then []
print(after(lambda od: od.clear()))         # expect: OrderedDict changed size during iteration; then []
print(after(lambda od: od.update(b=4)))     # expect: [('b', 4)]


def error(function):
    try:
        return function()
    except KeyError as e:
        return f"KeyError: {e}"


# A key that dict's own methods took out is missed by what gives values; until it is back.
for take in lambda: dict.__delitem__(od, "a"), lambda: dict.pop(od, "a"), lambda: dict.popitem(od):
    od = Ordered(b=1, a=2)
    take()
    print(error(lambda: repr(od)), error(lambda: list(od.values())), error(od.copy), list(od))
    od["a"] = 3
    print(od)
# expect: KeyError: 'a' KeyError: 'a' KeyError: 'a' ['b']
# expect: OrderedDict([('b', 1), ('a', 3)])
# expect: KeyError: 'a' KeyError: 'a' KeyError: 'a' ['b']
# expect: OrderedDict([('b', 1), ('a', 3)])
# expect: KeyError: 'a' KeyError: 'a' KeyError: 'a' ['b']
# expect: OrderedDict([('b', 1), ('a', 3)])


class Restless:
    count = 0

    def __hash__(self):
        Restless.count += 1
        return Restless.count

    def __repr__(self):
        return "Restless"


od = Ordered({Restless(): 1})
print(error(lambda: list(od.items())), list(od))  # expect: KeyError: Restless [Restless]
