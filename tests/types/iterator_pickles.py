# What iterators of sequences reduce to: before, in the midst, and when they have ended.
for sequence in [1, 2], (1, 2), "ab", "\u20acb", b"ab", bytearray(b"ab"):
    iterator = iter(sequence)
    name = type(iterator).__name__
    next(iterator)
    midst = iterator.__reduce__()[1:]
    iterator.__setstate__(-5)
    start = (next(iterator), iterator.__length_hint__())
    list(iterator)
    print(name, midst, start, iterator.__reduce__()[1:], iterator.__length_hint__(), next(iterator, "none"))
# expect: list_iterator (([1, 2],), 1) (1, 1) (([],),) 0 none
# expect: tuple_iterator (((1, 2),), 1) (1, 1) (((),),) 0 none
# expect: str_ascii_iterator (('ab',), 1) ('a', 1) (('',),) 0 none
# expect: str_iterator (('€b',), 1) ('€', 1) (('',),) 0 none
# expect: bytes_iterator ((b'ab',), 1) (97, 1) (((),),) 0 none
# expect: bytearray_iterator ((bytearray(b'ab'),), 1) (97, 1) (((),),) 0 none
