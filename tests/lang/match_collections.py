# A class is a sequence or a mapping to `match`, never both: the first base that is one decides.
from collections import UserDict, UserList
from collections.abc import Mapping, Sequence


def kind(subject):
    match subject:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
    return "neither"


class First(UserDict, Sequence):
    pass


class Second(UserList, Mapping):
    pass


class Plain:
    pass


class Third(Plain, dict):
    pass


print(kind(First()), kind(Second()), kind(Third()), kind(Plain()))
# expect: mapping sequence mapping neither
Sequence.register(Plain)
print(kind(Plain()))  # expect: sequence
