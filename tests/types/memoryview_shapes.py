# Casting, shapes, strides and slices of memoryviews.
m = memoryview(bytes(range(24)))
g = m.cast("B", [2, 3, 4])
print(g.shape, g.strides, g.tolist()[1][2], g[1, 2, 3], g.nbytes, len(g))
print(m[::5].tolist(), m[::-7].tolist(), m[2:10:3].tobytes(), m[::2].c_contiguous)
i = m.cast("I")
print(i.shape, i.itemsize, i[0] == int.from_bytes(bytes(range(4)), __import__("sys").byteorder))
print(m[1:4] == b"\x01\x02\x03", m[1:4] != m[1:5], hash(m) == hash(bytes(range(24))))
w = memoryview(bytearray(8))
w.cast("h")[1] = -2
w.cast("d")
print(w.tolist(), w.toreadonly().readonly)
# expect: (2, 3, 4) (12, 4, 1) [20, 21, 22, 23] 23 24 2
# expect: [0, 5, 10, 15, 20] [23, 16, 9, 2] b'\x02\x05\x08' False
# expect: (6,) 4 True
# expect: True True True
# expect: [0, 0, 254, 255, 0, 0, 0, 0] True
