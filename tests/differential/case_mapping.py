# Case mappings of the characters that have one, alone and among others; translate() with tables of several kinds.
ranges = [(0, 0x600), (0x10A0, 0x1100), (0x13A0, 0x1400), (0x1C80, 0x1CC0), (0x1E00, 0x2200), (0x2C00, 0x2E00),
          (0xA640, 0xAC00), (0xFB00, 0xFB20), (0xFF20, 0xFF60), (0x10400, 0x10600), (0x1E900, 0x1E960)]
for first, end in ranges:
    for point in range(first, end):
        text = chr(point) + "x"
        mapped = [text.upper(), text.lower(), text.casefold(), text.title(), text.swapcase(), text.capitalize()]
        if len({text, *mapped}) > 2:
            print(f"{point:x}", ascii(mapped))
print("ΑΣ ΑΣΑ ßtraße ŒUVRE ﬁn İstanbul ǆ".lower(), "ΑΣ ΑΣΑ ßtraße œuvre ﬁn ıstanbul ǆ".upper())

table = {ord("a"): "AA", ord("é"): None, ord("ж"): ord("з"), 0x1F600: "smile", ord("b"): 98}
print(repr("abcéжb😀éaжb".translate(table)))


class Counting:
    asked = 0

    def __getitem__(self, point):
        Counting.asked += 1
        if point == ord("ж"):
            raise KeyError
        return point


print("жжabéé".translate(Counting()), Counting.asked)
