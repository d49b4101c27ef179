# Text and containers are true by their length, and have no __bool__.
for t in str, bytes, bytearray, tuple, list, dict, set, frozenset, memoryview:
    print(t.__name__, hasattr(t, "__bool__"), bool(t(b"") if t is memoryview else t()))
# expect: str False False
# expect: bytes False False
# expect: bytearray False False
# expect: tuple False False
# expect: list False False
# expect: dict False False
# expect: set False False
# expect: frozenset False False
# expect: memoryview False False
