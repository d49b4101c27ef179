# liblzma: one shot, in steps, filters, what is wrong with the data.
import lzma, threading
data = b"".join(b"%d squared is %d\n" % (i, i * i) for i in range(2000))
packed = lzma.compress(data)
print(packed[:6], len(packed) < len(data), lzma.decompress(packed) == data)  # expect: b'\xfd7zXZ\x00' True True
d = lzma.LZMADecompressor()
parts = []
while not d.eof:
    parts.append(d.decompress(packed if d.needs_input and not parts else b"", 1000))
print(len(parts) > 10, b"".join(parts) == data, d.check, d.unused_data)  # expect: True True 4 b''
try:
    d.decompress(b"")
except EOFError as e:
    print(e)                                    # expect: Already at end of stream
chain = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 1, "lc": 2}]
raw = lzma.compress(data, lzma.FORMAT_RAW, filters=chain)
print(lzma.decompress(raw, lzma.FORMAT_RAW, filters=chain) == data)  # expect: True
for attempt in (lambda: lzma.decompress(b"no such thing"), lambda: lzma.compress(b"", preset=99),
                lambda: lzma.compress(b"", filters=[{"id": 99}]), lambda: lzma.decompress(packed[:-5])):
    try:
        attempt()
    except (lzma.LZMAError, ValueError) as e:
        print(type(e).__name__, e)
# expect: LZMAError Input format not supported by decoder
# expect: LZMAError Invalid or unsupported options
# expect: ValueError Invalid filter ID: 99
# expect: LZMAError Compressed data ended before the end-of-stream marker was reached

# One compressor shared by threads: what comes out is whole, in some order.
c = lzma.LZMACompressor(preset=0)
out, lock = [], threading.Lock()
def feed(letter):
    for _ in range(50):
        with lock:
            out.append(c.compress(letter * 1000))
threads = [threading.Thread(target=feed, args=(letter,)) for letter in (b"a", b"b")]
for t in threads:
    t.start()
for t in threads:
    t.join()
out.append(c.flush())
back = lzma.decompress(b"".join(out))
print(back.count(b"a"), back.count(b"b"))       # expect: 50000 50000
