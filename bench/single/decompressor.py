# Bytes: a Huffman code made, written and read bit by bit; runs and Adler-32.
import heapq
import zlib

data = bytes((i * i + i // 7) % 61 + (i % 3) * 20 for i in range(60_000))
counts = [0] * 256
for byte in data:
    counts[byte] += 1
heap = [(n, byte, None) for byte, n in enumerate(counts) if n]
heapq.heapify(heap)
serial = 256
while len(heap) > 1:
    a, b = heapq.heappop(heap), heapq.heappop(heap)
    heapq.heappush(heap, (a[0] + b[0], serial, (a, b)))
    serial += 1
codes = {}
def walk(node, prefix, length):
    if node[2] is None:
        codes[node[1]] = prefix, length
    else:
        walk(node[2][0], prefix << 1, length + 1)
        walk(node[2][1], prefix << 1 | 1, length + 1)
walk(heap[0], 0, 0)
out, bits, count = bytearray(), 0, 0
for byte in data:
    code, length = codes[byte]
    bits, count = bits << length | code, count + length
    while count >= 8:
        count -= 8
        out.append(bits >> count & 255)
        bits &= (1 << count) - 1
if count:
    out.append(bits << 8 - count & 255)

back, node = bytearray(), heap[0]
for byte in out:
    for shift in range(7, -1, -1):
        node = node[2][byte >> shift & 1]
        if node[2] is None:
            back.append(node[1])
            node = heap[0]
del back[len(data):]
low, high = 1, 0
for byte in back:
    low = (low + byte) % 65521
    high = (high + low) % 65521
assert back == data and high << 16 | low == zlib.adler32(data) and len(out) < len(data)
